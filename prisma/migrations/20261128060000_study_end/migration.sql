-- How a study ended, and when its results were first looked at: both decide what its intervals are worth.
ALTER TABLE "Study" ADD COLUMN "endReason" TEXT;
ALTER TABLE "Study" ADD COLUMN "endAnswers" INTEGER;
ALTER TABLE "Study" ADD COLUMN "firstLookAt" TIMESTAMPTZ(3);
ALTER TABLE "Study" ADD COLUMN "firstLookAnswers" INTEGER;

UPDATE "Study" SET
  "endReason" = CASE WHEN EXISTS (
    SELECT FROM "AuditEntry" WHERE "action" = 'study.stopped-early' AND "detail"->>'studyId' = "Study"."id"::text
  ) THEN 'stop-rule' ELSE 'by-hand' END,
  "endAnswers" = (SELECT count(*) FROM "Seat" WHERE "studyId" = "Study"."id" AND "isDone")
WHERE "state" = 'CLOSED';

-- Written once: neither an end nor a first look can be taken back.
CREATE FUNCTION "refuseEndChange"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'how a study ended and when its results were first looked at is locked';
END
$$;
CREATE TRIGGER "Study_end_locked" BEFORE UPDATE ON "Study" FOR EACH ROW
  WHEN ((OLD."endReason" IS NOT NULL AND
         ROW(OLD."state", OLD."closedAt", OLD."endReason", OLD."endAnswers") IS DISTINCT FROM
         ROW(NEW."state", NEW."closedAt", NEW."endReason", NEW."endAnswers")) OR
        (OLD."firstLookAt" IS NOT NULL AND
         ROW(OLD."firstLookAt", OLD."firstLookAnswers") IS DISTINCT FROM
         ROW(NEW."firstLookAt", NEW."firstLookAnswers")))
  EXECUTE FUNCTION "refuseEndChange"();
