-- Waiting jobs have a place, so that people can move them; the queue's priorities follow from it (lib/platform/jobs/queue.ts).
CREATE SEQUENCE "Job_place_seq" AS INTEGER;
ALTER TABLE "Job" ADD COLUMN "place" INTEGER;
UPDATE "Job" SET "place" = numbered."place"
  FROM (SELECT "id", row_number() OVER (ORDER BY "createdAt", "id") AS "place" FROM "Job") AS numbered
  WHERE "Job"."id" = numbered."id";
SELECT setval('"Job_place_seq"', (SELECT count(*) + 1 FROM "Job"), false);
ALTER TABLE "Job" ALTER COLUMN "place" SET DEFAULT nextval('"Job_place_seq"'), ALTER COLUMN "place" SET NOT NULL;
ALTER SEQUENCE "Job_place_seq" OWNED BY "Job"."place";
CREATE INDEX "Job_state_place_idx" ON "Job"("state", "place");

-- Jobs that wait now: the first start of an installation has no queue yet.
DO $$
BEGIN
  IF to_regclass('pgboss.job') IS NOT NULL THEN
    UPDATE pgboss.job SET priority = 500000000 * (queued.priority + 1) - known."place"
      FROM pgboss.job AS queued JOIN "Job" AS known ON known."id" = queued.id
      WHERE pgboss.job.id = queued.id AND pgboss.job.name = queued.name
        AND queued.state < 'active' AND queued.priority < 1000;
  END IF;
END $$;
