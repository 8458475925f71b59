/** How many images and captions datasets have in their newest revisions. */
import { db } from "@/lib/platform/database/db";

/** Excluded images, and their captions, are counted in `excludedCount` alone. */
export type ContentCounts = {
  /** Photographs; the places of captions that have none are no images. */
  imageCount: number;
  /** Of these photographs, those that models learn from; the others are held out. */
  trainingCount: number;
  /** Photographs, and places of captions without one. */
  excludedCount: number;
  captionCount: number;
  /** Captions that are the first of their photograph, or that have none. */
  firstCaptionCount: number;
};

const nothing: ContentCounts = {
  imageCount: 0,
  trainingCount: 0,
  excludedCount: 0,
  captionCount: 0,
  firstCaptionCount: 0,
};

/** @returns for each of the datasets, in their order */
export async function countContents(datasetIds: readonly string[]): Promise<ContentCounts[]> {
  const ids = [...datasetIds];
  const [images, captions] = await Promise.all([
    db.$queryRaw<({ id: string } & Pick<ContentCounts, "imageCount" | "trainingCount" | "excludedCount">)[]>`
      SELECT "datasetId" AS id,
        count(*) FILTER (WHERE NOT "isExcluded" AND "blobSha256" IS NOT NULL)::int AS "imageCount",
        count(*) FILTER (WHERE NOT "isExcluded" AND "blobSha256" IS NOT NULL AND "split" = 'TRAINING')::int AS "trainingCount",
        count(*) FILTER (WHERE "isExcluded")::int AS "excludedCount"
      FROM "Image" WHERE "datasetId" = ANY(${ids}::uuid[]) GROUP BY "datasetId"`,
    db.$queryRaw<({ id: string } & Pick<ContentCounts, "captionCount" | "firstCaptionCount">)[]>`
      SELECT image."datasetId" AS id, count(*)::int AS "captionCount",
        count(*) FILTER (WHERE caption."position" = 0)::int AS "firstCaptionCount"
      FROM "Image" image JOIN "Caption" caption ON caption."imageId" = image."id"
      WHERE image."datasetId" = ANY(${ids}::uuid[]) AND NOT image."isExcluded" AND caption."untilRevision" IS NULL
      GROUP BY image."datasetId"`,
  ]);
  const ofImages = new Map(images.map(({ id, ...counts }) => [id, counts]));
  const ofCaptions = new Map(captions.map(({ id, ...counts }) => [id, counts]));
  return ids.map((id) => ({ ...nothing, ...ofImages.get(id), ...ofCaptions.get(id) }));
}
