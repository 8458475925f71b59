-- People tell a worker to stop taking jobs; workers on one device of a machine take turns.
CREATE TYPE "WorkerDuty" AS ENUM ('WORK', 'DRAIN', 'PAUSE');

ALTER TABLE "Worker" ADD COLUMN "duty" "WorkerDuty" NOT NULL DEFAULT 'WORK',
  ADD COLUMN "heardDuty" "WorkerDuty" NOT NULL DEFAULT 'WORK',
  ADD COLUMN "isFree" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "device" TEXT NOT NULL DEFAULT 'cpu',
  ADD COLUMN "holdsDevice" BOOLEAN NOT NULL DEFAULT false;
