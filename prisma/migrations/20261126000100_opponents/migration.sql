-- Others that each arm is compared with for a caption; null: all. Part of the plan, so locked with it.
ALTER TABLE "Study" ADD COLUMN "opponents" INTEGER;

CREATE TRIGGER "Study_opponents_locked" BEFORE UPDATE ON "Study" FOR EACH ROW
  WHEN (OLD."planHash" IS NOT NULL AND OLD."opponents" IS DISTINCT FROM NEW."opponents")
  EXECUTE FUNCTION "refusePlanChange"();
