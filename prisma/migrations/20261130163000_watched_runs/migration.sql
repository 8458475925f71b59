-- Levels of log lines, what runs use, tags and notes, and what the list of runs sorts by.
CREATE TYPE "LogLevel" AS ENUM ('INFO', 'WARNING', 'ERROR');
ALTER TABLE "LogLine" ADD COLUMN "level" "LogLevel" NOT NULL DEFAULT 'INFO';

CREATE TABLE "ResourcePoint" (
    "fineTuneId" UUID NOT NULL,
    "step" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "imagesPerSecond" DOUBLE PRECISION NOT NULL,
    "memoryBytes" DOUBLE PRECISION NOT NULL,
    "processorLoad" DOUBLE PRECISION NOT NULL,
    "deviceMemoryBytes" DOUBLE PRECISION,
    "deviceLoad" DOUBLE PRECISION,
    CONSTRAINT "ResourcePoint_pkey" PRIMARY KEY ("fineTuneId", "step")
);
ALTER TABLE "ResourcePoint" ADD CONSTRAINT "ResourcePoint_fineTuneId_fkey" FOREIGN KEY ("fineTuneId") REFERENCES "FineTune"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "FineTune" ADD COLUMN "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN "notes" TEXT NOT NULL DEFAULT '',
ADD COLUMN "archivedAt" TIMESTAMPTZ(3),
ADD COLUMN "finalLoss" DOUBLE PRECISION,
ADD COLUMN "validationLoss" DOUBLE PRECISION,
ADD COLUMN "durationSeconds" DOUBLE PRECISION;

UPDATE "FineTune" AS run SET
  "durationSeconds" = EXTRACT(EPOCH FROM run."finishedAt" - run."startedAt"),
  "validationLoss" = (
    SELECT point."heldOut" FROM "ValidationPoint" AS point WHERE point."fineTuneId" = run."id" ORDER BY point."step" DESC LIMIT 1
  ),
  "finalLoss" = (
    SELECT avg(point."loss") FROM "LossPoint" AS point
    WHERE point."fineTuneId" = run."id" AND point."step" > run."step" - LEAST(1000, GREATEST(10, CEIL(run."totalSteps" * 0.02)))
  );
