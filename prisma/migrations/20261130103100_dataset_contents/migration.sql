-- How many images and captions the newest revision of each dataset has, so that no page has to count them.
ALTER TABLE "Dataset" ADD COLUMN "contents" JSONB;

UPDATE "Dataset" dataset SET "contents" = jsonb_build_object(
  'imageCount', images."imageCount",
  'trainingCount', images."trainingCount",
  'excludedCount', images."excludedCount",
  'captionCount', captions."captionCount",
  'firstCaptionCount', captions."firstCaptionCount"
)
FROM (
  SELECT each."id",
    count(image."id") FILTER (WHERE NOT image."isExcluded" AND image."blobSha256" IS NOT NULL) AS "imageCount",
    count(image."id") FILTER (WHERE NOT image."isExcluded" AND image."blobSha256" IS NOT NULL AND image."split" = 'TRAINING')
      AS "trainingCount",
    count(image."id") FILTER (WHERE image."isExcluded") AS "excludedCount"
  FROM "Dataset" each LEFT JOIN "Image" image ON image."datasetId" = each."id" GROUP BY each."id"
) images, (
  SELECT each."id", count(caption."id") AS "captionCount",
    count(caption."id") FILTER (WHERE caption."position" = 0) AS "firstCaptionCount"
  FROM "Dataset" each
  LEFT JOIN "Image" image ON image."datasetId" = each."id" AND NOT image."isExcluded"
  LEFT JOIN "Caption" caption ON caption."imageId" = image."id" AND caption."untilRevision" IS NULL
  GROUP BY each."id"
) captions
WHERE images."id" = dataset."id" AND captions."id" = dataset."id" AND dataset."state" = 'READY';

-- Most captions have no category: those that have are found without reading the others.
CREATE INDEX "Caption_categorized_idx" ON "Caption" ("imageId") WHERE "categories" <> '{}' AND "untilRevision" IS NULL;
