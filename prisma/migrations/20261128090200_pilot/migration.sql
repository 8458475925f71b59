-- A study may open as a pilot. Its answers count for nothing and are dropped before the real start.
ALTER TABLE "Study" ADD COLUMN "isPilot" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "Study" ADD COLUMN "pilotEndedAt" TIMESTAMPTZ(3);
ALTER TABLE "Study" ADD COLUMN "pilotRaters" INTEGER;
ALTER TABLE "Study" ADD COLUMN "pilotAnswers" INTEGER;

-- Nobody's votes become deletable later: what opened for real is no pilot afterwards.
CREATE TRIGGER "Study_pilot_fixed" BEFORE UPDATE ON "Study" FOR EACH ROW
  WHEN (OLD."planHash" IS NOT NULL AND NEW."isPilot" AND NOT OLD."isPilot") EXECUTE FUNCTION "refusePlanChange"();

CREATE OR REPLACE FUNCTION "refuseVoteDeletion"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (
    SELECT FROM "Assignment" a JOIN "Rater" r ON r."id" = a."raterId" JOIN "Study" s ON s."id" = r."studyId"
    WHERE a."id" = OLD."assignmentId" AND (s."isDemo" OR s."isPilot")
  ) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'votes are kept: exclude their rater instead';
END
$$;

-- A pilot that becomes a draft again loses its plan.
DROP TRIGGER "Study_plan_locked" ON "Study";
CREATE TRIGGER "Study_plan_locked" BEFORE UPDATE ON "Study" FOR EACH ROW
  WHEN (OLD."planHash" IS NOT NULL AND NOT (OLD."isPilot" AND NOT NEW."isPilot" AND NEW."planHash" IS NULL) AND (
    ROW(OLD."planHash", OLD."name", OLD."instructions", OLD."consentText", OLD."language", OLD."ratersPerItem",
        OLD."itemsPerRater", OLD."leaseSeconds", OLD."pairChoice", OLD."captionChoice", OLD."qualityControl",
        OLD."stopRule", OLD."pictureSizePx", OLD."seed")
    IS DISTINCT FROM
    ROW(NEW."planHash", NEW."name", NEW."instructions", NEW."consentText", NEW."language", NEW."ratersPerItem",
        NEW."itemsPerRater", NEW."leaseSeconds", NEW."pairChoice", NEW."captionChoice", NEW."qualityControl",
        NEW."stopRule", NEW."pictureSizePx", NEW."seed")))
  EXECUTE FUNCTION "refusePlanChange"();
DROP TRIGGER "Study_registration_locked" ON "Study";
CREATE TRIGGER "Study_registration_locked" BEFORE UPDATE ON "Study" FOR EACH ROW
  WHEN (OLD."planHash" IS NOT NULL AND NOT (OLD."isPilot" AND NOT NEW."isPilot" AND NEW."planHash" IS NULL) AND (
    ROW(OLD."primary", OLD."registration", OLD."planFormat", OLD."registrationText", OLD."softwareVersion")
    IS DISTINCT FROM
    ROW(NEW."primary", NEW."registration", NEW."planFormat", NEW."registrationText", NEW."softwareVersion")))
  EXECUTE FUNCTION "refusePlanChange"();

CREATE OR REPLACE FUNCTION "refusePartChange"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM "Study" WHERE "id" = OLD."studyId" AND "planHash" IS NOT NULL
             AND NOT (TG_OP = 'DELETE' AND ("isDemo" OR "isPilot"))) THEN
    RAISE EXCEPTION 'the plan of an opened study is locked';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;

CREATE OR REPLACE FUNCTION "refuseItemPictureChange"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM "Item" item JOIN "Study" study ON study."id" = item."studyId"
             WHERE item."id" = OLD."itemId" AND study."planHash" IS NOT NULL
             AND NOT (TG_OP = 'DELETE' AND (study."isDemo" OR study."isPilot"))) THEN
    RAISE EXCEPTION 'the plan of an opened study is locked';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
