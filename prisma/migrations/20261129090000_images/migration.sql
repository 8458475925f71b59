-- One word for one thing: tables, columns, and whatever is named after them, say image; settings count samples.
ALTER TABLE "Picture" RENAME TO "Image";
ALTER TABLE "ItemPicture" RENAME TO "ItemImage";
ALTER TABLE "PictureScore" RENAME TO "ImageScore";

DO $$
DECLARE
  named record;
  renamed CONSTANT text := 'replace(replace(%L, ''Picture'', ''Image''), ''picture'', ''image'')';
  new_name text;
BEGIN
  FOR named IN
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name ~ '[Pp]icture'
  LOOP
    EXECUTE 'SELECT ' || format(renamed, named.column_name) INTO new_name;
    EXECUTE format('ALTER TABLE %I RENAME COLUMN %I TO %I', named.table_name, named.column_name, new_name);
  END LOOP;
  -- Renaming a constraint renames its index.
  FOR named IN
    SELECT conrelid::regclass::text AS on_table, conname FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conname ~ '[Pp]icture'
  LOOP
    EXECUTE 'SELECT ' || format(renamed, named.conname) INTO new_name;
    EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', named.on_table, named.conname, new_name);
  END LOOP;
  FOR named IN
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'i' AND relname ~ '[Pp]icture'
  LOOP
    EXECUTE 'SELECT ' || format(renamed, named.relname) INTO new_name;
    EXECUTE format('ALTER INDEX %I RENAME TO %I', named.relname, new_name);
  END LOOP;
  FOR named IN
    SELECT tgrelid::regclass::text AS on_table, tgname FROM pg_trigger
    WHERE NOT tgisinternal AND tgname ~ '[Pp]icture'
  LOOP
    EXECUTE 'SELECT ' || format(renamed, named.tgname) INTO new_name;
    EXECUTE format('ALTER TRIGGER %I ON %s RENAME TO %I', named.tgname, named.on_table, new_name);
  END LOOP;
  FOR named IN
    SELECT oid, proname, oid::regprocedure::text AS signature FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND (proname ~ '[Pp]icture' OR prosrc ~ '[Pp]icture')
  LOOP
    EXECUTE 'SELECT ' || format(renamed, named.proname) INTO new_name;
    IF new_name <> named.proname THEN
      EXECUTE format('ALTER FUNCTION %s RENAME TO %I', named.signature, new_name);
    END IF;
    EXECUTE replace(replace(pg_get_functiondef(named.oid), 'Picture', 'Image'), 'picture', 'image');
  END LOOP;
END $$;

-- Names within JSON. A quotation mark inside a text is escaped there, so only keys can match.
UPDATE "SampleSet" SET
  "settings" = replace("settings"::text, '"picturesPerCaption":', '"samplesPerCaption":')::jsonb,
  "plannedEvaluation" = replace("plannedEvaluation"::text, '"picturesPerCaption":', '"samplesPerCaption":')::jsonb
WHERE "settings"::text LIKE '%"picturesPerCaption":%' OR "plannedEvaluation"::text LIKE '%"picturesPerCaption":%';
UPDATE "FineTune" SET
  "settings" = replace("settings"::text, '"picturesPerCaption":', '"samplesPerCaption":')::jsonb,
  "evaluation" = replace("evaluation"::text, '"picturesPerCaption":', '"samplesPerCaption":')::jsonb
WHERE "settings"::text LIKE '%"picturesPerCaption":%' OR "evaluation"::text LIKE '%"picturesPerCaption":%';
UPDATE "Job" SET "payload" = replace("payload"::text, '"picturesPerCaption":', '"samplesPerCaption":')::jsonb
WHERE "payload"::text LIKE '%"picturesPerCaption":%';
UPDATE "JobResult" SET "value" = replace("value"::text, '"pictureSha256":', '"imageSha256":')::jsonb
WHERE "value"::text LIKE '%"pictureSha256":%';
ALTER TABLE "Study" DISABLE TRIGGER USER;
UPDATE "Study" SET "pickedChecks" = replace("pickedChecks"::text, '"pictures":', '"images":')::jsonb
WHERE "pickedChecks" <> '[]';
ALTER TABLE "Study" ENABLE TRIGGER USER;
