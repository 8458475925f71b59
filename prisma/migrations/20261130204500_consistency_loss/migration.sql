-- Of the term of consistency between captions, where a run has one.
ALTER TABLE "LossPoint" ADD COLUMN "consistencyLoss" DOUBLE PRECISION;
