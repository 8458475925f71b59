-- Questions of several types, checks of the raters' work, entry and exit of raters.

ALTER TYPE "StudyState" ADD VALUE 'OPENING' BEFORE 'OPEN';
CREATE TYPE "PairChoice" AS ENUM ('BALANCED', 'ACTIVE');
CREATE TYPE "QuestionType" AS ENUM ('PAIR', 'LIKERT', 'RANKING', 'BEST_WORST');
CREATE TYPE "ItemKind" AS ENUM ('REGULAR', 'GOLD', 'ATTENTION', 'TRAINING');

ALTER TABLE "Study"
  ADD COLUMN "consentText" TEXT NOT NULL DEFAULT '',
  ADD COLUMN "language" TEXT NOT NULL DEFAULT 'en',
  ADD COLUMN "pairChoice" "PairChoice" NOT NULL DEFAULT 'BALANCED',
  ADD COLUMN "captionChoice" JSONB NOT NULL DEFAULT '{"choice":"all"}',
  ADD COLUMN "qualityControl" JSONB NOT NULL DEFAULT '{}',
  ADD COLUMN "stopRule" JSONB,
  ADD COLUMN "completionCode" TEXT,
  ADD COLUMN "completionUrl" TEXT,
  ADD COLUMN "screenedOutUrl" TEXT,
  ADD COLUMN "openingError" TEXT;

ALTER TABLE "Criterion"
  ADD COLUMN "questionType" "QuestionType" NOT NULL DEFAULT 'PAIR',
  ADD COLUMN "marksWords" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "marksPlaces" BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE "Rater"
  ADD COLUMN "externalStudyId" TEXT,
  ADD COLUMN "externalSessionId" TEXT,
  ADD COLUMN "consentedAt" TIMESTAMPTZ(3),
  ADD COLUMN "qualifiedAt" TIMESTAMPTZ(3),
  ADD COLUMN "exclusionReason" TEXT;

-- Pictures move from two columns of the item into rows of their own.
CREATE TABLE "ItemPicture" (
    "itemId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "armId" UUID,
    "blobSha256" TEXT NOT NULL,

    CONSTRAINT "ItemPicture_pkey" PRIMARY KEY ("itemId", "position")
);
INSERT INTO "ItemPicture" ("itemId", "position", "armId", "blobSha256")
  SELECT "id", 0, "firstArmId", "firstSha256" FROM "Item"
  UNION ALL
  SELECT "id", 1, "secondArmId", "secondSha256" FROM "Item";
CREATE INDEX "ItemPicture_armId_idx" ON "ItemPicture"("armId");
ALTER TABLE "ItemPicture" ADD CONSTRAINT "ItemPicture_itemId_fkey" FOREIGN KEY ("itemId") REFERENCES "Item"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "ItemPicture" ADD CONSTRAINT "ItemPicture_armId_fkey" FOREIGN KEY ("armId") REFERENCES "Arm"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE "Item"
  ADD COLUMN "kind" "ItemKind" NOT NULL DEFAULT 'REGULAR',
  ADD COLUMN "contest" TEXT,
  ADD COLUMN "expected" JSONB;
UPDATE "Item" SET "contest" = "firstArmId"::text || ' ' || "secondArmId"::text;
ALTER TABLE "Item"
  ALTER COLUMN "contest" SET NOT NULL,
  DROP COLUMN "firstArmId",
  DROP COLUMN "secondArmId",
  DROP COLUMN "firstSha256",
  DROP COLUMN "secondSha256";
CREATE UNIQUE INDEX "Item_studyId_kind_criterionId_captionId_contest_key" ON "Item"("studyId", "kind", "criterionId", "captionId", "contest");
ALTER TABLE "Item" ADD CONSTRAINT "Item_expected_check" CHECK (("expected" IS NULL) = ("kind" = 'REGULAR'));

-- Sides become places; what was on the left stays on the left.
ALTER TABLE "Assignment"
  ADD COLUMN "isRepeat" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "placement" INTEGER[],
  ADD COLUMN "pictureTokens" TEXT[];
UPDATE "Assignment" SET
  "placement" = CASE WHEN "firstOnLeft" THEN ARRAY[0, 1] ELSE ARRAY[1, 0] END,
  "pictureTokens" = ARRAY["leftToken", "rightToken"];
ALTER TABLE "Assignment"
  DROP COLUMN "firstOnLeft",
  DROP COLUMN "leftToken",
  DROP COLUMN "rightToken";
DROP INDEX "Assignment_itemId_raterId_key";
CREATE UNIQUE INDEX "Assignment_itemId_raterId_isRepeat_key" ON "Assignment"("itemId", "raterId", "isRepeat");

-- k seats per item. Answers given so far take theirs; a lease that runs now ends with the upgrade.
CREATE TABLE "Seat" (
    "id" UUID NOT NULL,
    "studyId" UUID NOT NULL,
    "itemId" UUID NOT NULL,
    "round" INTEGER NOT NULL,
    "shuffle" INTEGER NOT NULL,
    "placement" INTEGER[],
    "assignmentId" UUID,
    "heldUntil" TIMESTAMPTZ(3),
    "isDone" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "Seat_pkey" PRIMARY KEY ("id")
);
INSERT INTO "Seat" ("id", "studyId", "itemId", "round", "shuffle", "placement", "assignmentId", "isDone")
  SELECT gen_random_uuid(), item."studyId", item."id", seat.round, floor(random() * 2147483647)::int,
    coalesce(answered."placement", CASE WHEN seat.round % 2 = 0 THEN ARRAY[0, 1] ELSE ARRAY[1, 0] END),
    answered."id", answered."id" IS NOT NULL
  FROM "Item" item
  JOIN "Study" study ON study."id" = item."studyId"
  CROSS JOIN LATERAL generate_series(0, study."ratersPerItem" - 1) AS seat(round)
  LEFT JOIN LATERAL (
    SELECT "id", "placement", row_number() OVER (ORDER BY "leasedAt", "id") - 1 AS place
    FROM "Assignment" WHERE "itemId" = item."id" AND "state" = 'DONE'
  ) answered ON answered.place = seat.round;
UPDATE "Assignment" SET "state" = 'LAPSED' WHERE "state" = 'LEASED';
CREATE UNIQUE INDEX "Seat_assignmentId_key" ON "Seat"("assignmentId");
CREATE UNIQUE INDEX "Seat_itemId_round_key" ON "Seat"("itemId", "round");
-- Prisma knows no partial indexes: what is done must not slow down the search for what is open.
CREATE INDEX "Seat_open_idx" ON "Seat"("studyId", "round", "shuffle") WHERE NOT "isDone";
ALTER TABLE "Seat" ADD CONSTRAINT "Seat_itemId_fkey" FOREIGN KEY ("itemId") REFERENCES "Item"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "Rating"
  ADD COLUMN "answer" JSONB,
  ADD COLUMN "marks" JSONB,
  ADD COLUMN "isRight" BOOLEAN,
  ADD COLUMN "revision" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "revisedAt" TIMESTAMPTZ(3);
UPDATE "Rating" SET "answer" = jsonb_build_object('type', 'pair', 'winner', lower("winner"::text));
ALTER TABLE "Rating"
  ALTER COLUMN "answer" SET NOT NULL,
  DROP COLUMN "winner";
DROP TYPE "Winner";
