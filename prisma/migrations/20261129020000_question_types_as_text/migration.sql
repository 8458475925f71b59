-- Question types by the names of designs, which the registry of the code checks.
ALTER TABLE "Criterion" ALTER COLUMN "questionType" DROP DEFAULT;
ALTER TABLE "Criterion" ALTER COLUMN "questionType" TYPE TEXT USING replace(lower("questionType"::text), '_', '-');
DROP TYPE "QuestionType";
