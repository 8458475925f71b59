-- What metrics say of single pictures, evaluations at a side, and those that follow a run or a drawing by themselves.

ALTER TABLE "FineTune" ADD COLUMN "evaluation" JSONB;

ALTER TABLE "SampleSet"
  ADD COLUMN "allCaptions" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "plannedEvaluation" JSONB;

ALTER TABLE "Evaluation"
  ADD COLUMN "sidePx" INTEGER,
  ADD COLUMN "computed" INTEGER,
  ADD COLUMN "reused" INTEGER;

CREATE TABLE "PictureScore" (
    "evaluationId" UUID NOT NULL,
    "metric" TEXT NOT NULL,
    "sampleId" UUID NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,
    "nearestId" UUID,
    "heatMaps" JSONB,

    CONSTRAINT "PictureScore_pkey" PRIMARY KEY ("evaluationId","metric","sampleId")
);

CREATE INDEX "PictureScore_evaluationId_metric_value_idx" ON "PictureScore"("evaluationId", "metric", "value");
CREATE INDEX "PictureScore_sampleId_idx" ON "PictureScore"("sampleId");
CREATE INDEX "PictureScore_nearestId_idx" ON "PictureScore"("nearestId");

ALTER TABLE "PictureScore" ADD CONSTRAINT "PictureScore_evaluationId_fkey" FOREIGN KEY ("evaluationId") REFERENCES "Evaluation"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "PictureScore" ADD CONSTRAINT "PictureScore_sampleId_fkey" FOREIGN KEY ("sampleId") REFERENCES "Sample"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "PictureScore" ADD CONSTRAINT "PictureScore_nearestId_fkey" FOREIGN KEY ("nearestId") REFERENCES "Picture"("id") ON DELETE SET NULL ON UPDATE CASCADE;
