ALTER TABLE "SampleSet" ADD COLUMN "captionSplit" "Split";
ALTER TABLE "Evaluation" ADD COLUMN "split" "Split";
