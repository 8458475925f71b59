-- Answers that were given elsewhere can be deleted with their study: their file is the record of them, not this database.
CREATE OR REPLACE FUNCTION "refuseVoteDeletion"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (
    SELECT FROM "Assignment" a JOIN "Rater" r ON r."id" = a."raterId" JOIN "Study" s ON s."id" = r."studyId"
    WHERE a."id" = OLD."assignmentId" AND (s."isDemo" OR s."isPilot" OR s."imported" IS NOT NULL)
  ) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'votes are kept: exclude their rater instead';
END
$$;

DROP TRIGGER "Study_opened_kept" ON "Study";
CREATE TRIGGER "Study_opened_kept" BEFORE DELETE ON "Study" FOR EACH ROW
  WHEN (OLD."planHash" IS NOT NULL AND NOT OLD."isDemo" AND OLD."imported" IS NULL) EXECUTE FUNCTION "refusePlanChange"();
