-- How many images an import brings is not known before its end.
ALTER TABLE "SampleSet" DROP CONSTRAINT "SampleSet_requested_check";
ALTER TABLE "SampleSet" ADD CONSTRAINT "SampleSet_requested_check"
  CHECK ("requested" >= 1 OR ("baseCheckpointId" IS NULL AND "requested" >= 0));
