-- Studies whose answers were given elsewhere: arms without a source here, items without images or a caption of a
-- dataset, answers without a time. Null for studies that were held here.
ALTER TABLE "Study" ADD COLUMN "imported" JSONB;
ALTER TABLE "Arm" DROP CONSTRAINT "Arm_source_check";
ALTER TABLE "Arm" ADD CONSTRAINT "Arm_source_check" CHECK (num_nonnulls("datasetId", "sampleSetId") <= 1);
ALTER TABLE "Item" ALTER COLUMN "captionId" DROP NOT NULL;
ALTER TABLE "Item" ADD COLUMN "name" TEXT;
ALTER TABLE "ItemImage" ALTER COLUMN "blobSha256" DROP NOT NULL;
ALTER TABLE "Rating" ALTER COLUMN "latencyMs" DROP NOT NULL;
-- An imported study takes no answers: it has never been open and never will be.
ALTER TABLE "Study" ADD CONSTRAINT "Study_imported_check" CHECK ("imported" IS NULL OR "state" = 'CLOSED');
CREATE TRIGGER "Study_imported_fixed" BEFORE UPDATE ON "Study" FOR EACH ROW
  WHEN (OLD."planHash" IS NOT NULL AND OLD."imported" IS DISTINCT FROM NEW."imported")
  EXECUTE FUNCTION "refusePlanChange"();
