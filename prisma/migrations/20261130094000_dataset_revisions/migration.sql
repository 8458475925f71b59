-- Datasets change in revisions. What exists is revision 1; captions that are edited stay for what was made from them.
CREATE TYPE "Split" AS ENUM ('TRAINING', 'HELD_OUT');

ALTER TABLE "Dataset" ADD COLUMN "revision" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "FineTune" ADD COLUMN "datasetRevision" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "FineTune" ADD COLUMN "evaluatedRevision" INTEGER;
ALTER TABLE "SampleSet" ADD COLUMN "datasetRevision" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "Evaluation" ADD COLUMN "datasetRevision" INTEGER NOT NULL DEFAULT 1;
UPDATE "FineTune" SET "evaluatedRevision" = 1 WHERE "evaluation" IS NOT NULL;

CREATE TABLE "DatasetRevision" (
    "datasetId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "counts" JSONB NOT NULL,

    CONSTRAINT "DatasetRevision_pkey" PRIMARY KEY ("datasetId", "number"),
    CONSTRAINT "DatasetRevision_number_check" CHECK ("number" >= 2)
);
ALTER TABLE "DatasetRevision" ADD CONSTRAINT "DatasetRevision_datasetId_fkey"
  FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "Image" ADD COLUMN "split" "Split" NOT NULL DEFAULT 'TRAINING';
ALTER TABLE "Image" ADD COLUMN "isExcluded" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "Image" ADD COLUMN "standingSince" INTEGER NOT NULL DEFAULT 1;
CREATE INDEX "Image_datasetId_isExcluded_split_position_idx" ON "Image"("datasetId", "isExcluded", "split", "position");

CREATE TABLE "FormerStanding" (
    "imageId" UUID NOT NULL,
    "sinceRevision" INTEGER NOT NULL,
    "untilRevision" INTEGER NOT NULL,
    "split" "Split" NOT NULL,
    "isExcluded" BOOLEAN NOT NULL,

    CONSTRAINT "FormerStanding_pkey" PRIMARY KEY ("imageId", "sinceRevision"),
    CONSTRAINT "FormerStanding_interval_check" CHECK ("untilRevision" > "sinceRevision")
);
ALTER TABLE "FormerStanding" ADD CONSTRAINT "FormerStanding_imageId_fkey"
  FOREIGN KEY ("imageId") REFERENCES "Image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "Caption" ADD COLUMN "sinceRevision" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "Caption" ADD COLUMN "untilRevision" INTEGER;
ALTER TABLE "Caption" ADD CONSTRAINT "Caption_interval_check" CHECK ("untilRevision" > "sinceRevision");
DROP INDEX "Caption_imageId_position_key";
CREATE UNIQUE INDEX "Caption_imageId_position_sinceRevision_key" ON "Caption"("imageId", "position", "sinceRevision");
-- Two captions of one place at the same time, whatever is written.
CREATE UNIQUE INDEX "Caption_current_position_key" ON "Caption"("imageId", "position") WHERE "untilRevision" IS NULL;
