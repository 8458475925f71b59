-- Checks of the raters that a researcher picks are part of the plan, so locked with it. Whoever a person let in again is
-- judged by what they answer from then on.
ALTER TABLE "Study" ADD COLUMN "pickedChecks" JSONB NOT NULL DEFAULT '[]';
ALTER TABLE "Rater" ADD COLUMN "reinstatedAt" TIMESTAMPTZ(3);

CREATE TRIGGER "Study_checks_locked" BEFORE UPDATE ON "Study" FOR EACH ROW
  WHEN (OLD."planHash" IS NOT NULL AND OLD."pickedChecks" IS DISTINCT FROM NEW."pickedChecks")
  EXECUTE FUNCTION "refusePlanChange"();
