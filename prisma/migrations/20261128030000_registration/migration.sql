-- What was planned: the primary comparison, what the registration says beside the design, its text as the plan hash
-- covers it, and somebody else's timestamp of that text. All but the timestamp are part of the plan, so locked with it.
ALTER TABLE "Study" ADD COLUMN "primary" JSONB;
ALTER TABLE "Study" ADD COLUMN "registration" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "Study" ADD COLUMN "planFormat" INTEGER;
ALTER TABLE "Study" ADD COLUMN "registrationText" TEXT;
ALTER TABLE "Study" ADD COLUMN "softwareVersion" TEXT;
ALTER TABLE "Study" ADD COLUMN "timestampReply" BYTEA;

CREATE TRIGGER "Study_registration_locked" BEFORE UPDATE ON "Study" FOR EACH ROW
  WHEN (OLD."planHash" IS NOT NULL AND (
    ROW(OLD."primary", OLD."registration", OLD."planFormat", OLD."registrationText", OLD."softwareVersion")
    IS DISTINCT FROM
    ROW(NEW."primary", NEW."registration", NEW."planFormat", NEW."registrationText", NEW."softwareVersion")))
  EXECUTE FUNCTION "refusePlanChange"();
