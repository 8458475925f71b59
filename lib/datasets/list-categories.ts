/** What a dataset's captions are grouped by. */
import { db } from "@/lib/platform/database/db";

export type CategoryCount = { name: string; value: string; captionCount: number };

/** No page shows more. */
const mostShown = 200;

/** By name, the most frequent value of each first. */
export async function listCategories(datasetId: string): Promise<CategoryCount[]> {
  return db.$queryRaw<CategoryCount[]>`
    SELECT category.key AS name, content.value AS value, count(*)::int AS "captionCount"
    FROM "Caption" AS caption
    JOIN "Image" AS image ON image."id" = caption."imageId"
    CROSS JOIN LATERAL jsonb_each(caption."categories") AS category(key, contents)
    CROSS JOIN LATERAL jsonb_array_elements_text(category.contents) AS content(value)
    WHERE image."datasetId" = ${datasetId}::uuid AND NOT image."isExcluded" AND caption."untilRevision" IS NULL
      AND caption."categories" <> '{}'
    GROUP BY category.key, content.value
    ORDER BY category.key, "captionCount" DESC, content.value
    LIMIT ${mostShown}`;
}

/** The same of several datasets, by their ids; those without categories are absent. */
export async function listCategoriesOf(datasetIds: readonly string[]): Promise<Map<string, CategoryCount[]>> {
  const rows = await db.$queryRaw<(CategoryCount & { datasetId: string })[]>`
    SELECT image."datasetId"::text AS "datasetId", category.key AS name, content.value AS value,
      count(*)::int AS "captionCount"
    FROM "Caption" AS caption
    JOIN "Image" AS image ON image."id" = caption."imageId"
    CROSS JOIN LATERAL jsonb_each(caption."categories") AS category(key, contents)
    CROSS JOIN LATERAL jsonb_array_elements_text(category.contents) AS content(value)
    WHERE caption."categories" <> '{}' AND image."datasetId" = ANY(${[...datasetIds]}::uuid[])
      AND NOT image."isExcluded" AND caption."untilRevision" IS NULL
    GROUP BY image."datasetId", category.key, content.value
    ORDER BY category.key, "captionCount" DESC, content.value`;
  const byDataset = new Map<string, CategoryCount[]>();
  for (const { datasetId, ...category } of rows) {
    const known = byDataset.get(datasetId) ?? [];
    byDataset.set(datasetId, known);
    if (known.length < mostShown) known.push(category);
  }
  return byDataset;
}

/** Each category once, with its captions in all datasets. */
export function sumCategories(categories: readonly CategoryCount[]): CategoryCount[] {
  const byText = new Map<string, CategoryCount>();
  for (const { name, value, captionCount } of categories) {
    const key = JSON.stringify([name, value]);
    const known = byText.get(key)?.captionCount ?? 0;
    byText.set(key, { name, value, captionCount: known + captionCount });
  }
  return [...byText.values()];
}

/** The same of the captions that a study asks about. */
export async function listStudyCategories(studyId: string): Promise<CategoryCount[]> {
  return db.$queryRaw<CategoryCount[]>`
    SELECT category.key AS name, content.value AS value, count(*)::int AS "captionCount"
    FROM (
      SELECT DISTINCT "captionId" FROM "Item" WHERE "studyId" = ${studyId}::uuid AND "kind" = 'REGULAR'
    ) AS asked
    JOIN "Caption" AS caption ON caption."id" = asked."captionId"
    CROSS JOIN LATERAL jsonb_each(caption."categories") AS category(key, contents)
    CROSS JOIN LATERAL jsonb_array_elements_text(category.contents) AS content(value)
    GROUP BY category.key, content.value
    ORDER BY category.key, "captionCount" DESC, content.value
    LIMIT ${mostShown}`;
}
