-- What an unfinished import has looked at, so that another worker goes on from there.
CREATE TABLE "StagedImage" (
  "id" UUID NOT NULL,
  "datasetId" UUID NOT NULL,
  "position" INTEGER NOT NULL,
  "path" TEXT NOT NULL,
  "stem" TEXT NOT NULL,
  "blobSha256" TEXT,
  "sizeBytes" BIGINT,
  "mediaType" TEXT,
  "widthPx" INTEGER,
  "heightPx" INTEGER,
  "captions" JSONB NOT NULL,
  "remarks" JSONB NOT NULL,

  CONSTRAINT "StagedImage_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "StagedImage_datasetId_position_key" ON "StagedImage"("datasetId", "position");
CREATE INDEX "StagedImage_blobSha256_idx" ON "StagedImage"("blobSha256");
ALTER TABLE "StagedImage" ADD CONSTRAINT "StagedImage_datasetId_fkey"
  FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;
