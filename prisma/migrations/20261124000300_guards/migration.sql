-- What must not change is guarded by the database itself, whoever is connected to it.

-- The audit log can be emptied no more than it can be edited.
CREATE TRIGGER "AuditEntry_no_truncate" BEFORE TRUNCATE ON "AuditEntry"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuseAuditChange"();

-- Votes are kept and flagged, never deleted. A rater may take an answer back, so rows do change.
CREATE FUNCTION "refuseVoteDeletion"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'votes are kept: exclude their rater instead';
END
$$;
CREATE TRIGGER "Rating_kept" BEFORE DELETE ON "Rating"
  FOR EACH ROW EXECUTE FUNCTION "refuseVoteDeletion"();
CREATE TRIGGER "Rating_no_truncate" BEFORE TRUNCATE ON "Rating"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuseVoteDeletion"();

-- From its opening on a study has a plan hash, and what the hash covers stays as it is. Its state, times and the way
-- out for raters are no part of it.
CREATE FUNCTION "refusePlanChange"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the plan of an opened study is locked';
END
$$;
CREATE TRIGGER "Study_plan_locked" BEFORE UPDATE ON "Study" FOR EACH ROW
  WHEN (OLD."planHash" IS NOT NULL AND (
    ROW(OLD."planHash", OLD."name", OLD."instructions", OLD."consentText", OLD."language", OLD."ratersPerItem",
        OLD."itemsPerRater", OLD."leaseSeconds", OLD."pairChoice", OLD."captionChoice", OLD."qualityControl",
        OLD."stopRule", OLD."pictureSizePx", OLD."seed")
    IS DISTINCT FROM
    ROW(NEW."planHash", NEW."name", NEW."instructions", NEW."consentText", NEW."language", NEW."ratersPerItem",
        NEW."itemsPerRater", NEW."leaseSeconds", NEW."pairChoice", NEW."captionChoice", NEW."qualityControl",
        NEW."stopRule", NEW."pictureSizePx", NEW."seed")))
  EXECUTE FUNCTION "refusePlanChange"();
CREATE TRIGGER "Study_opened_kept" BEFORE DELETE ON "Study" FOR EACH ROW
  WHEN (OLD."planHash" IS NOT NULL) EXECUTE FUNCTION "refusePlanChange"();

CREATE FUNCTION "refusePartChange"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM "Study" WHERE "id" = OLD."studyId" AND "planHash" IS NOT NULL) THEN
    RAISE EXCEPTION 'the plan of an opened study is locked';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER "Criterion_plan_locked" BEFORE UPDATE OR DELETE ON "Criterion"
  FOR EACH ROW EXECUTE FUNCTION "refusePartChange"();
CREATE TRIGGER "Arm_plan_locked" BEFORE UPDATE OR DELETE ON "Arm"
  FOR EACH ROW EXECUTE FUNCTION "refusePartChange"();
CREATE TRIGGER "Item_plan_locked" BEFORE UPDATE OR DELETE ON "Item"
  FOR EACH ROW EXECUTE FUNCTION "refusePartChange"();
-- The lease columns of a seat change with every answer; only what was planned is locked.
CREATE TRIGGER "Seat_plan_locked" BEFORE UPDATE OF "studyId", "itemId", "round", "shuffle", "placement" ON "Seat"
  FOR EACH ROW EXECUTE FUNCTION "refusePartChange"();
CREATE TRIGGER "Seat_plan_kept" BEFORE DELETE ON "Seat"
  FOR EACH ROW EXECUTE FUNCTION "refusePartChange"();

CREATE FUNCTION "refuseItemPictureChange"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM "Item" item JOIN "Study" study ON study."id" = item."studyId"
             WHERE item."id" = OLD."itemId" AND study."planHash" IS NOT NULL) THEN
    RAISE EXCEPTION 'the plan of an opened study is locked';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER "ItemPicture_plan_locked" BEFORE UPDATE OR DELETE ON "ItemPicture"
  FOR EACH ROW EXECUTE FUNCTION "refuseItemPictureChange"();
