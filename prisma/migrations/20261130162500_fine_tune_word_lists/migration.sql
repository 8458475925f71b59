-- The word lists that a run's balance reads captions by.
ALTER TABLE "FineTune" ADD COLUMN "wordListVersion" INTEGER NOT NULL DEFAULT 0;
