-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('ADMINISTRATOR', 'RESEARCHER', 'RATER');

-- CreateEnum
CREATE TYPE "DatasetState" AS ENUM ('IMPORTING', 'READY', 'FAILED');

-- CreateEnum
CREATE TYPE "ModelPart" AS ENUM ('BASE', 'UPSAMPLER');

-- CreateEnum
CREATE TYPE "RunState" AS ENUM ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "StudyState" AS ENUM ('DRAFT', 'OPEN', 'CLOSED');

-- CreateEnum
CREATE TYPE "AssignmentState" AS ENUM ('LEASED', 'DONE', 'LAPSED');

-- CreateEnum
CREATE TYPE "Winner" AS ENUM ('LEFT', 'RIGHT', 'TIE', 'BOTH_BAD');

-- CreateTable
CREATE TABLE "User" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "passwordHash" TEXT,
    "role" "Role" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disabledAt" TIMESTAMPTZ(3),

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SignInLink" (
    "tokenHash" TEXT NOT NULL,
    "userId" UUID NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),

    CONSTRAINT "SignInLink_pkey" PRIMARY KEY ("tokenHash")
);

-- CreateTable
CREATE TABLE "Setting" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Setting_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "Blob" (
    "sha256" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "mediaType" TEXT NOT NULL,
    "widthPx" INTEGER,
    "heightPx" INTEGER,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Blob_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "Dataset" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "state" "DatasetState" NOT NULL DEFAULT 'IMPORTING',
    "importReport" JSONB NOT NULL DEFAULT '[]',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Dataset_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Picture" (
    "id" UUID NOT NULL,
    "datasetId" UUID NOT NULL,
    "stem" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "blobSha256" TEXT NOT NULL,
    "widthPx" INTEGER NOT NULL,
    "heightPx" INTEGER NOT NULL,

    CONSTRAINT "Picture_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Caption" (
    "id" UUID NOT NULL,
    "pictureId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "tokenCount" INTEGER NOT NULL,

    CONSTRAINT "Caption_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Checkpoint" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "part" "ModelPart" NOT NULL,
    "blobSha256" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "options" JSONB NOT NULL,
    "parameterCount" BIGINT NOT NULL,
    "tensorCount" INTEGER NOT NULL,
    "fineTuneId" UUID,
    "step" INTEGER,
    "epoch" DOUBLE PRECISION,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Checkpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "FineTune" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "part" "ModelPart" NOT NULL,
    "datasetId" UUID NOT NULL,
    "startCheckpointId" UUID,
    "settings" JSONB NOT NULL,
    "state" "RunState" NOT NULL DEFAULT 'QUEUED',
    "step" INTEGER NOT NULL DEFAULT 0,
    "totalSteps" INTEGER NOT NULL DEFAULT 0,
    "stepsPerSecond" DOUBLE PRECISION,
    "secondsLeft" DOUBLE PRECISION,
    "error" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "FineTune_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LossPoint" (
    "fineTuneId" UUID NOT NULL,
    "step" INTEGER NOT NULL,
    "loss" DOUBLE PRECISION NOT NULL,
    "gradientNorm" DOUBLE PRECISION NOT NULL,
    "learningRate" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "LossPoint_pkey" PRIMARY KEY ("fineTuneId","step")
);

-- CreateTable
CREATE TABLE "Preview" (
    "fineTuneId" UUID NOT NULL,
    "step" INTEGER NOT NULL,
    "caption" TEXT NOT NULL,
    "seed" INTEGER NOT NULL,
    "blobSha256" TEXT NOT NULL,

    CONSTRAINT "Preview_pkey" PRIMARY KEY ("fineTuneId","step","caption","seed")
);

-- CreateTable
CREATE TABLE "LogLine" (
    "id" BIGSERIAL NOT NULL,
    "fineTuneId" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "message" TEXT NOT NULL,

    CONSTRAINT "LogLine_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SampleSet" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "datasetId" UUID NOT NULL,
    "baseCheckpointId" UUID NOT NULL,
    "upsamplerCheckpointId" UUID,
    "settings" JSONB NOT NULL,
    "state" "RunState" NOT NULL DEFAULT 'QUEUED',
    "captionLimit" INTEGER,
    "requested" INTEGER NOT NULL,
    "error" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "SampleSet_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Sample" (
    "id" UUID NOT NULL,
    "sampleSetId" UUID NOT NULL,
    "captionId" UUID NOT NULL,
    "seed" INTEGER NOT NULL,
    "blobSha256" TEXT NOT NULL,
    "baseSha256" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Sample_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Evaluation" (
    "id" UUID NOT NULL,
    "sampleSetId" UUID NOT NULL,
    "datasetId" UUID NOT NULL,
    "metrics" TEXT[],
    "state" "RunState" NOT NULL DEFAULT 'QUEUED',
    "error" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Evaluation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Score" (
    "evaluationId" UUID NOT NULL,
    "metric" TEXT NOT NULL,
    "value" DOUBLE PRECISION,
    "low" DOUBLE PRECISION,
    "high" DOUBLE PRECISION,
    "realCount" INTEGER NOT NULL,
    "generatedCount" INTEGER NOT NULL,
    "recipe" JSONB NOT NULL,
    "warnings" TEXT[],
    "remedy" TEXT,

    CONSTRAINT "Score_pkey" PRIMARY KEY ("evaluationId","metric")
);

-- CreateTable
CREATE TABLE "Study" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "instructions" TEXT NOT NULL DEFAULT '',
    "state" "StudyState" NOT NULL DEFAULT 'DRAFT',
    "inviteToken" TEXT NOT NULL,
    "ratersPerItem" INTEGER NOT NULL,
    "itemsPerRater" INTEGER NOT NULL,
    "leaseSeconds" INTEGER NOT NULL DEFAULT 600,
    "pictureSizePx" INTEGER NOT NULL,
    "seed" INTEGER NOT NULL,
    "planHash" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "openedAt" TIMESTAMPTZ(3),
    "closedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Study_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Criterion" (
    "id" UUID NOT NULL,
    "studyId" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "question" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "Criterion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Arm" (
    "id" UUID NOT NULL,
    "studyId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "datasetId" UUID,
    "sampleSetId" UUID,

    CONSTRAINT "Arm_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Item" (
    "id" UUID NOT NULL,
    "studyId" UUID NOT NULL,
    "criterionId" UUID NOT NULL,
    "captionId" UUID NOT NULL,
    "captionText" TEXT NOT NULL,
    "firstArmId" UUID NOT NULL,
    "secondArmId" UUID NOT NULL,
    "firstSha256" TEXT NOT NULL,
    "secondSha256" TEXT NOT NULL,

    CONSTRAINT "Item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Rater" (
    "id" UUID NOT NULL,
    "studyId" UUID NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "userId" UUID,
    "externalId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "excludedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Rater_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Assignment" (
    "id" UUID NOT NULL,
    "itemId" UUID NOT NULL,
    "raterId" UUID NOT NULL,
    "state" "AssignmentState" NOT NULL DEFAULT 'LEASED',
    "firstOnLeft" BOOLEAN NOT NULL,
    "leftToken" TEXT NOT NULL,
    "rightToken" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "leasedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "leaseExpiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Assignment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Rating" (
    "assignmentId" UUID NOT NULL,
    "winner" "Winner" NOT NULL,
    "clientKey" TEXT NOT NULL,
    "latencyMs" INTEGER NOT NULL,
    "viewportPx" TEXT NOT NULL DEFAULT '',
    "inputKind" TEXT NOT NULL DEFAULT '',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Rating_pkey" PRIMARY KEY ("assignmentId")
);

-- CreateTable
CREATE TABLE "Job" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "subjectId" UUID NOT NULL,
    "state" "RunState" NOT NULL DEFAULT 'QUEUED',
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "note" TEXT NOT NULL DEFAULT '',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "workerId" UUID,
    "error" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Job_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Worker" (
    "id" UUID NOT NULL,
    "hostname" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "executionProvider" TEXT NOT NULL,
    "declinedProviders" JSONB NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Worker_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditEntry" (
    "sequence" SERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "detail" JSONB NOT NULL,
    "previousHash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "AuditEntry_pkey" PRIMARY KEY ("sequence")
);

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

-- CreateIndex
CREATE UNIQUE INDEX "Dataset_name_key" ON "Dataset"("name");

-- CreateIndex
CREATE INDEX "Picture_datasetId_position_idx" ON "Picture"("datasetId", "position");

-- CreateIndex
CREATE UNIQUE INDEX "Picture_datasetId_stem_key" ON "Picture"("datasetId", "stem");

-- CreateIndex
CREATE UNIQUE INDEX "Picture_datasetId_blobSha256_key" ON "Picture"("datasetId", "blobSha256");

-- CreateIndex
CREATE UNIQUE INDEX "Caption_pictureId_position_key" ON "Caption"("pictureId", "position");

-- CreateIndex
CREATE UNIQUE INDEX "Checkpoint_name_key" ON "Checkpoint"("name");

-- CreateIndex
CREATE INDEX "Checkpoint_fineTuneId_idx" ON "Checkpoint"("fineTuneId");

-- CreateIndex
CREATE UNIQUE INDEX "FineTune_name_key" ON "FineTune"("name");

-- CreateIndex
CREATE INDEX "LogLine_fineTuneId_id_idx" ON "LogLine"("fineTuneId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "SampleSet_name_key" ON "SampleSet"("name");

-- CreateIndex
CREATE INDEX "Sample_captionId_idx" ON "Sample"("captionId");

-- CreateIndex
CREATE UNIQUE INDEX "Sample_sampleSetId_captionId_seed_key" ON "Sample"("sampleSetId", "captionId", "seed");

-- CreateIndex
CREATE UNIQUE INDEX "Study_name_key" ON "Study"("name");

-- CreateIndex
CREATE UNIQUE INDEX "Study_inviteToken_key" ON "Study"("inviteToken");

-- CreateIndex
CREATE UNIQUE INDEX "Criterion_studyId_key_key" ON "Criterion"("studyId", "key");

-- CreateIndex
CREATE UNIQUE INDEX "Arm_studyId_name_key" ON "Arm"("studyId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "Item_studyId_criterionId_captionId_firstArmId_secondArmId_key" ON "Item"("studyId", "criterionId", "captionId", "firstArmId", "secondArmId");

-- CreateIndex
CREATE UNIQUE INDEX "Rater_tokenHash_key" ON "Rater"("tokenHash");

-- CreateIndex
CREATE UNIQUE INDEX "Rater_studyId_externalId_key" ON "Rater"("studyId", "externalId");

-- CreateIndex
CREATE UNIQUE INDEX "Assignment_leftToken_key" ON "Assignment"("leftToken");

-- CreateIndex
CREATE UNIQUE INDEX "Assignment_rightToken_key" ON "Assignment"("rightToken");

-- CreateIndex
CREATE INDEX "Assignment_raterId_state_idx" ON "Assignment"("raterId", "state");

-- CreateIndex
CREATE INDEX "Assignment_state_leaseExpiresAt_idx" ON "Assignment"("state", "leaseExpiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "Assignment_itemId_raterId_key" ON "Assignment"("itemId", "raterId");

-- CreateIndex
CREATE UNIQUE INDEX "Rating_clientKey_key" ON "Rating"("clientKey");

-- CreateIndex
CREATE INDEX "Job_createdAt_idx" ON "Job"("createdAt");

-- CreateIndex
CREATE INDEX "Job_subjectId_createdAt_idx" ON "Job"("subjectId", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "AuditEntry_hash_key" ON "AuditEntry"("hash");

-- AddForeignKey
ALTER TABLE "SignInLink" ADD CONSTRAINT "SignInLink_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Picture" ADD CONSTRAINT "Picture_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Caption" ADD CONSTRAINT "Caption_pictureId_fkey" FOREIGN KEY ("pictureId") REFERENCES "Picture"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Checkpoint" ADD CONSTRAINT "Checkpoint_fineTuneId_fkey" FOREIGN KEY ("fineTuneId") REFERENCES "FineTune"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "FineTune" ADD CONSTRAINT "FineTune_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "FineTune" ADD CONSTRAINT "FineTune_startCheckpointId_fkey" FOREIGN KEY ("startCheckpointId") REFERENCES "Checkpoint"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LossPoint" ADD CONSTRAINT "LossPoint_fineTuneId_fkey" FOREIGN KEY ("fineTuneId") REFERENCES "FineTune"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Preview" ADD CONSTRAINT "Preview_fineTuneId_fkey" FOREIGN KEY ("fineTuneId") REFERENCES "FineTune"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LogLine" ADD CONSTRAINT "LogLine_fineTuneId_fkey" FOREIGN KEY ("fineTuneId") REFERENCES "FineTune"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SampleSet" ADD CONSTRAINT "SampleSet_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SampleSet" ADD CONSTRAINT "SampleSet_baseCheckpointId_fkey" FOREIGN KEY ("baseCheckpointId") REFERENCES "Checkpoint"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SampleSet" ADD CONSTRAINT "SampleSet_upsamplerCheckpointId_fkey" FOREIGN KEY ("upsamplerCheckpointId") REFERENCES "Checkpoint"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Sample" ADD CONSTRAINT "Sample_sampleSetId_fkey" FOREIGN KEY ("sampleSetId") REFERENCES "SampleSet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Sample" ADD CONSTRAINT "Sample_captionId_fkey" FOREIGN KEY ("captionId") REFERENCES "Caption"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Evaluation" ADD CONSTRAINT "Evaluation_sampleSetId_fkey" FOREIGN KEY ("sampleSetId") REFERENCES "SampleSet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Evaluation" ADD CONSTRAINT "Evaluation_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Score" ADD CONSTRAINT "Score_evaluationId_fkey" FOREIGN KEY ("evaluationId") REFERENCES "Evaluation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Criterion" ADD CONSTRAINT "Criterion_studyId_fkey" FOREIGN KEY ("studyId") REFERENCES "Study"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Arm" ADD CONSTRAINT "Arm_studyId_fkey" FOREIGN KEY ("studyId") REFERENCES "Study"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Arm" ADD CONSTRAINT "Arm_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Arm" ADD CONSTRAINT "Arm_sampleSetId_fkey" FOREIGN KEY ("sampleSetId") REFERENCES "SampleSet"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Item" ADD CONSTRAINT "Item_studyId_fkey" FOREIGN KEY ("studyId") REFERENCES "Study"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Item" ADD CONSTRAINT "Item_criterionId_fkey" FOREIGN KEY ("criterionId") REFERENCES "Criterion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Item" ADD CONSTRAINT "Item_captionId_fkey" FOREIGN KEY ("captionId") REFERENCES "Caption"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Item" ADD CONSTRAINT "Item_firstArmId_fkey" FOREIGN KEY ("firstArmId") REFERENCES "Arm"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Item" ADD CONSTRAINT "Item_secondArmId_fkey" FOREIGN KEY ("secondArmId") REFERENCES "Arm"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Rater" ADD CONSTRAINT "Rater_studyId_fkey" FOREIGN KEY ("studyId") REFERENCES "Study"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Rater" ADD CONSTRAINT "Rater_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Assignment" ADD CONSTRAINT "Assignment_itemId_fkey" FOREIGN KEY ("itemId") REFERENCES "Item"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Assignment" ADD CONSTRAINT "Assignment_raterId_fkey" FOREIGN KEY ("raterId") REFERENCES "Rater"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Rating" ADD CONSTRAINT "Rating_assignmentId_fkey" FOREIGN KEY ("assignmentId") REFERENCES "Assignment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the schema language cannot say: limits that hold whoever writes.
ALTER TABLE "Blob"
  ADD CONSTRAINT "Blob_sha256_check" CHECK ("sha256" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "Blob_size_check" CHECK ("sizeBytes" >= 0),
  ADD CONSTRAINT "Blob_sides_check" CHECK ("widthPx" > 0 AND "heightPx" > 0);
ALTER TABLE "Picture" ADD CONSTRAINT "Picture_sides_check" CHECK ("widthPx" > 0 AND "heightPx" > 0);
ALTER TABLE "Caption"
  ADD CONSTRAINT "Caption_text_check" CHECK ("text" <> ''),
  ADD CONSTRAINT "Caption_tokens_check" CHECK ("tokenCount" >= 0);
ALTER TABLE "FineTune" ADD CONSTRAINT "FineTune_steps_check" CHECK ("step" >= 0 AND "totalSteps" >= 0);
ALTER TABLE "SampleSet"
  ADD CONSTRAINT "SampleSet_requested_check" CHECK ("requested" > 0),
  ADD CONSTRAINT "SampleSet_caption_limit_check" CHECK ("captionLimit" > 0);
ALTER TABLE "Study" ADD CONSTRAINT "Study_design_check"
  CHECK ("ratersPerItem" > 0 AND "itemsPerRater" > 0 AND "leaseSeconds" > 0 AND "pictureSizePx" > 0);
ALTER TABLE "Arm" ADD CONSTRAINT "Arm_source_check" CHECK (num_nonnulls("datasetId", "sampleSetId") = 1);
ALTER TABLE "Item" ADD CONSTRAINT "Item_arms_check" CHECK ("firstArmId" <> "secondArmId");
ALTER TABLE "Rating" ADD CONSTRAINT "Rating_latency_check" CHECK ("latencyMs" >= 0);
ALTER TABLE "Job" ADD CONSTRAINT "Job_progress_check" CHECK ("progress" BETWEEN 0 AND 1);

-- The audit log only grows.
CREATE FUNCTION "refuseAuditChange"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only';
END
$$;
CREATE TRIGGER "AuditEntry_append_only" BEFORE UPDATE OR DELETE ON "AuditEntry"
  FOR EACH ROW EXECUTE FUNCTION "refuseAuditChange"();
