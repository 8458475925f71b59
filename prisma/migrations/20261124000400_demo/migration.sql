-- What belongs to the demo says so, for its labels and for its removal.
ALTER TABLE "Dataset" ADD COLUMN "isDemo" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "Checkpoint" ADD COLUMN "isDemo" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "FineTune" ADD COLUMN "isDemo" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "SampleSet" ADD COLUMN "isDemo" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "Study" ADD COLUMN "isDemo" BOOLEAN NOT NULL DEFAULT false;

CREATE OR REPLACE FUNCTION "refusePlanChange"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the plan of an opened study is locked';
END
$$;

-- A study is the demo's from its first row on or never: nobody's votes become deletable later.
CREATE TRIGGER "Study_demo_fixed" BEFORE UPDATE ON "Study" FOR EACH ROW
  WHEN (OLD."isDemo" IS DISTINCT FROM NEW."isDemo") EXECUTE FUNCTION "refusePlanChange"();

-- The demo's studies can be removed, votes first. A vote whose study cannot be looked up stays.
CREATE OR REPLACE FUNCTION "refuseVoteDeletion"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (
    SELECT FROM "Assignment" a JOIN "Rater" r ON r."id" = a."raterId" JOIN "Study" s ON s."id" = r."studyId"
    WHERE a."id" = OLD."assignmentId" AND s."isDemo"
  ) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'votes are kept: exclude their rater instead';
END
$$;

DROP TRIGGER IF EXISTS "Study_opened_kept" ON "Study";
CREATE TRIGGER "Study_opened_kept" BEFORE DELETE ON "Study" FOR EACH ROW
  WHEN (OLD."planHash" IS NOT NULL AND NOT OLD."isDemo") EXECUTE FUNCTION "refusePlanChange"();

CREATE OR REPLACE FUNCTION "refusePartChange"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM "Study" WHERE "id" = OLD."studyId" AND "planHash" IS NOT NULL
             AND NOT (TG_OP = 'DELETE' AND "isDemo")) THEN
    RAISE EXCEPTION 'the plan of an opened study is locked';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;

CREATE OR REPLACE FUNCTION "refuseItemPictureChange"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM "Item" item JOIN "Study" study ON study."id" = item."studyId"
             WHERE item."id" = OLD."itemId" AND study."planHash" IS NOT NULL
             AND NOT (TG_OP = 'DELETE' AND study."isDemo")) THEN
    RAISE EXCEPTION 'the plan of an opened study is locked';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
