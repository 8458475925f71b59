-- Who may take part in a study, and how fast. It can be changed while a study is open, and is no part of its plan.
ALTER TABLE "Study" ADD COLUMN "access" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "Study" ADD COLUMN "signedIdsVersion" INTEGER NOT NULL DEFAULT 1;
-- A study that has opened goes on as it began: with one link, and without limits.
UPDATE "Study" SET "access" = '{"way":"open-link","ratersPerAddress":null,"ratersPerDevice":null,"minimumSeconds":0}'
  WHERE "state" <> 'DRAFT';

ALTER TABLE "Rater" ADD COLUMN "addressKey" TEXT;
ALTER TABLE "Rater" ADD COLUMN "deviceKey" TEXT;
ALTER TABLE "Rater" ADD COLUMN "deviceCodeHash" TEXT;
ALTER TABLE "Rater" ADD COLUMN "deviceCodeExpiresAt" TIMESTAMPTZ(3);
ALTER TABLE "Rater" ADD COLUMN "refusedElsewhere" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "Rater" ADD COLUMN "idReleasedAt" TIMESTAMPTZ(3);
ALTER TABLE "Rater" ADD COLUMN "finishedAt" TIMESTAMPTZ(3);
CREATE INDEX "Rater_studyId_addressKey_idx" ON "Rater"("studyId", "addressKey");
CREATE INDEX "Rater_studyId_deviceKey_idx" ON "Rater"("studyId", "deviceKey");

CREATE TABLE "Invitation" (
    "id" UUID NOT NULL,
    "studyId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "label" TEXT NOT NULL DEFAULT '',
    "raterId" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Invitation_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Invitation_tokenHash_key" ON "Invitation"("tokenHash");
CREATE UNIQUE INDEX "Invitation_raterId_key" ON "Invitation"("raterId");
CREATE UNIQUE INDEX "Invitation_studyId_number_key" ON "Invitation"("studyId", "number");
ALTER TABLE "Invitation" ADD CONSTRAINT "Invitation_studyId_fkey"
  FOREIGN KEY ("studyId") REFERENCES "Study"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Invitation" ADD CONSTRAINT "Invitation_raterId_fkey"
  FOREIGN KEY ("raterId") REFERENCES "Rater"("id") ON DELETE SET NULL ON UPDATE CASCADE;

CREATE TABLE "JoinRefusal" (
    "studyId" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "lastAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "JoinRefusal_pkey" PRIMARY KEY ("studyId", "reason")
);
ALTER TABLE "JoinRefusal" ADD CONSTRAINT "JoinRefusal_studyId_fkey"
  FOREIGN KEY ("studyId") REFERENCES "Study"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "SpentProof" (
    "challenge" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SpentProof_pkey" PRIMARY KEY ("challenge")
);
CREATE INDEX "SpentProof_expiresAt_idx" ON "SpentProof"("expiresAt");
