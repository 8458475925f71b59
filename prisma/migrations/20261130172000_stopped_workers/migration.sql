-- A worker that was drained or paused is remembered when it stops, so that its successor is as well.
ALTER TABLE "Worker" ADD COLUMN "stoppedAt" TIMESTAMPTZ(3);
