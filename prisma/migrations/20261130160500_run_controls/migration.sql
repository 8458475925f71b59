-- A run can be paused, and asked to save its weights or to draw its previews while it goes on.
ALTER TYPE "RunState" ADD VALUE 'PAUSED' AFTER 'RUNNING';

CREATE TYPE "RunRequestKind" AS ENUM ('SAVE', 'SAMPLE');

CREATE TABLE "RunRequest" (
    "id" UUID NOT NULL,
    "fineTuneId" UUID NOT NULL,
    "kind" "RunRequestKind" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "RunRequest_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "RunRequest_fineTuneId_kind_key" ON "RunRequest"("fineTuneId", "kind");

ALTER TABLE "RunRequest" ADD CONSTRAINT "RunRequest_fineTuneId_fkey"
    FOREIGN KEY ("fineTuneId") REFERENCES "FineTune"("id") ON DELETE CASCADE ON UPDATE CASCADE;
