-- A rater may use several browsers at once: each has a session of its own, and none ends another.
CREATE TABLE "RaterSession" (
    "tokenHash" TEXT NOT NULL,
    "raterId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "RaterSession_pkey" PRIMARY KEY ("tokenHash")
);
CREATE INDEX "RaterSession_raterId_idx" ON "RaterSession"("raterId");
ALTER TABLE "RaterSession" ADD CONSTRAINT "RaterSession_raterId_fkey"
  FOREIGN KEY ("raterId") REFERENCES "Rater"("id") ON DELETE CASCADE ON UPDATE CASCADE;

INSERT INTO "RaterSession" ("tokenHash", "raterId", "createdAt") SELECT "tokenHash", "id", "createdAt" FROM "Rater";
ALTER TABLE "Rater" DROP COLUMN "tokenHash";
