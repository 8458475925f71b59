CREATE TYPE "DeskState" AS ENUM ('OPEN', 'CLOSED');
CREATE TYPE "CaptionTaskState" AS ENUM ('LEASED', 'DONE', 'SKIPPED');
CREATE TYPE "CaptionOrigin" AS ENUM ('WRITTEN', 'DRAFT_ACCEPTED', 'DRAFT_CHANGED');
CREATE TYPE "CaptionReview" AS ENUM ('PENDING', 'ACCEPTED', 'REJECTED');

CREATE TABLE "Desk" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "datasetId" UUID NOT NULL,
    "state" "DeskState" NOT NULL DEFAULT 'OPEN',
    "linkToken" TEXT,
    "instructions" TEXT NOT NULL DEFAULT '',
    "language" TEXT NOT NULL,
    "captionLanguage" TEXT NOT NULL,
    "people" INTEGER NOT NULL,
    "share" INTEGER NOT NULL,
    "captionsPerImage" INTEGER NOT NULL,
    "holdHours" INTEGER NOT NULL,
    "showsDrafts" BOOLEAN NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closedAt" TIMESTAMPTZ(3),
    CONSTRAINT "Desk_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "DeskImage" (
    "id" UUID NOT NULL,
    "deskId" UUID NOT NULL,
    "imageId" UUID NOT NULL,
    "wanted" INTEGER NOT NULL,
    "draft" TEXT,
    "draftModel" TEXT,
    CONSTRAINT "DeskImage_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Captioner" (
    "id" UUID NOT NULL,
    "deskId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "linkHash" TEXT,
    "addressKey" TEXT,
    "deviceKey" TEXT,
    "quota" INTEGER NOT NULL DEFAULT 0,
    "heldUntil" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "joinedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),
    CONSTRAINT "Captioner_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "CaptionerSession" (
    "tokenHash" TEXT NOT NULL,
    "captionerId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "CaptionerSession_pkey" PRIMARY KEY ("tokenHash")
);

CREATE TABLE "CaptionTask" (
    "id" UUID NOT NULL,
    "deskImageId" UUID NOT NULL,
    "captionerId" UUID NOT NULL,
    "state" "CaptionTaskState" NOT NULL DEFAULT 'LEASED',
    "imageToken" TEXT NOT NULL,
    "skipReason" TEXT,
    "skipText" TEXT NOT NULL DEFAULT '',
    "leasedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "CaptionTask_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "DeskCaption" (
    "id" UUID NOT NULL,
    "taskId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "tokenCount" INTEGER NOT NULL,
    "origin" "CaptionOrigin" NOT NULL DEFAULT 'WRITTEN',
    "revision" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revisedAt" TIMESTAMPTZ(3),
    "review" "CaptionReview" NOT NULL DEFAULT 'PENDING',
    "reviewedText" TEXT,
    "reviewedBy" TEXT,
    "reviewedAt" TIMESTAMPTZ(3),
    "adoptedAt" TIMESTAMPTZ(3),
    CONSTRAINT "DeskCaption_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "Desk_name_key" ON "Desk"("name");
CREATE UNIQUE INDEX "Desk_linkToken_key" ON "Desk"("linkToken");
CREATE INDEX "Desk_datasetId_idx" ON "Desk"("datasetId");
CREATE UNIQUE INDEX "DeskImage_deskId_imageId_key" ON "DeskImage"("deskId", "imageId");
CREATE INDEX "DeskImage_imageId_idx" ON "DeskImage"("imageId");
CREATE UNIQUE INDEX "Captioner_linkHash_key" ON "Captioner"("linkHash");
CREATE UNIQUE INDEX "Captioner_deskId_number_key" ON "Captioner"("deskId", "number");
CREATE INDEX "Captioner_deskId_addressKey_idx" ON "Captioner"("deskId", "addressKey");
CREATE INDEX "Captioner_deskId_deviceKey_idx" ON "Captioner"("deskId", "deviceKey");
CREATE INDEX "CaptionerSession_captionerId_idx" ON "CaptionerSession"("captionerId");
CREATE UNIQUE INDEX "CaptionTask_imageToken_key" ON "CaptionTask"("imageToken");
CREATE UNIQUE INDEX "CaptionTask_deskImageId_captionerId_key" ON "CaptionTask"("deskImageId", "captionerId");
CREATE INDEX "CaptionTask_captionerId_state_idx" ON "CaptionTask"("captionerId", "state");
CREATE UNIQUE INDEX "DeskCaption_taskId_position_key" ON "DeskCaption"("taskId", "position");

ALTER TABLE "Desk" ADD CONSTRAINT "Desk_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "DeskImage" ADD CONSTRAINT "DeskImage_deskId_fkey" FOREIGN KEY ("deskId") REFERENCES "Desk"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "DeskImage" ADD CONSTRAINT "DeskImage_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Captioner" ADD CONSTRAINT "Captioner_deskId_fkey" FOREIGN KEY ("deskId") REFERENCES "Desk"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "CaptionerSession" ADD CONSTRAINT "CaptionerSession_captionerId_fkey" FOREIGN KEY ("captionerId") REFERENCES "Captioner"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "CaptionTask" ADD CONSTRAINT "CaptionTask_deskImageId_fkey" FOREIGN KEY ("deskImageId") REFERENCES "DeskImage"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "CaptionTask" ADD CONSTRAINT "CaptionTask_captionerId_fkey" FOREIGN KEY ("captionerId") REFERENCES "Captioner"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "DeskCaption" ADD CONSTRAINT "DeskCaption_taskId_fkey" FOREIGN KEY ("taskId") REFERENCES "CaptionTask"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "Desk" ADD CONSTRAINT "Desk_numbers_check"
  CHECK ("people" >= 1 AND "share" >= 1 AND "captionsPerImage" >= 1 AND "holdHours" >= 1);
ALTER TABLE "DeskImage" ADD CONSTRAINT "DeskImage_wanted_check" CHECK ("wanted" >= 1);
ALTER TABLE "DeskCaption" ADD CONSTRAINT "DeskCaption_text_check" CHECK ("text" <> '' AND "position" >= 0);
