-- What a trial before a run's start has measured.
ALTER TABLE "FineTune" ADD COLUMN "estimate" JSONB;
