-- Results are recognised as still the same without reading every answer.
ALTER TABLE "Rater" ADD COLUMN "answerChanges" INTEGER NOT NULL DEFAULT 0;
