-- Validation of runs: what was measured, the warning that follows from it, the images it was measured on, the best model.
CREATE TABLE "ValidationPoint" (
    "fineTuneId" UUID NOT NULL,
    "step" INTEGER NOT NULL,
    "heldOut" DOUBLE PRECISION NOT NULL,
    "training" DOUBLE PRECISION NOT NULL,
    "heldOutBands" DOUBLE PRECISION[],
    "trainingBands" DOUBLE PRECISION[],
    "isAverage" BOOLEAN NOT NULL,

    CONSTRAINT "ValidationPoint_pkey" PRIMARY KEY ("fineTuneId","step")
);
ALTER TABLE "ValidationPoint" ADD CONSTRAINT "ValidationPoint_fineTuneId_fkey" FOREIGN KEY ("fineTuneId") REFERENCES "FineTune"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "FineTune" ADD COLUMN "warning" TEXT, ADD COLUMN "imageSources" JSONB;
ALTER TABLE "Checkpoint" ADD COLUMN "isBest" BOOLEAN NOT NULL DEFAULT false;
