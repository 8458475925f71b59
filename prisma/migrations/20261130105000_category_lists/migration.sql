-- A caption may have several values in a category, such as two skills.
UPDATE "Caption" SET "categories" = (
  SELECT jsonb_object_agg(key, CASE jsonb_typeof(value) WHEN 'array' THEN value ELSE jsonb_build_array(value) END)
  FROM jsonb_each("categories")
) WHERE "categories" <> '{}';

-- What an import had looked at when the worker stopped.
UPDATE "StagedImage" SET "captions" = (
  SELECT jsonb_agg(
    CASE WHEN caption ? 'categories' THEN jsonb_set(caption, '{categories}', (
      SELECT coalesce(jsonb_object_agg(key, CASE jsonb_typeof(value) WHEN 'array' THEN value ELSE jsonb_build_array(value) END), '{}')
      FROM jsonb_each(caption->'categories')
    )) ELSE caption END ORDER BY number
  )
  FROM jsonb_array_elements("captions") WITH ORDINALITY AS each_caption(caption, number)
) WHERE "captions" @> '[{"categories": {}}]';
