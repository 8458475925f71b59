-- Sample sets of images that were made elsewhere: no model of this installation, and no settings of its samplers.
ALTER TABLE "SampleSet" ALTER COLUMN "baseCheckpointId" DROP NOT NULL;
ALTER TABLE "SampleSet" ALTER COLUMN "settings" DROP NOT NULL;
ALTER TABLE "SampleSet" ADD COLUMN "shortestSidePx" INTEGER;
ALTER TABLE "SampleSet" ADD CONSTRAINT "SampleSet_origin_check"
  CHECK (num_nulls("baseCheckpointId", "settings") IN (0, 2)
    AND ("baseCheckpointId" IS NOT NULL OR "upsamplerCheckpointId" IS NULL));
ALTER TABLE "Sample" ADD COLUMN "origin" JSONB;
