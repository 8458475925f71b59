-- Photographs that look alike, and statistics of a revision.
ALTER TABLE "Dataset" ADD COLUMN "comparedAt" TIMESTAMPTZ(3);

CREATE TABLE "DatasetStatistics" (
    "datasetId" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "value" JSONB NOT NULL,

    CONSTRAINT "DatasetStatistics_pkey" PRIMARY KEY ("datasetId", "revision")
);
ALTER TABLE "DatasetStatistics" ADD CONSTRAINT "DatasetStatistics_datasetId_fkey"
  FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "ImageFingerprint" (
    "blobSha256" TEXT NOT NULL,
    "pixels" BYTEA NOT NULL,

    CONSTRAINT "ImageFingerprint_pkey" PRIMARY KEY ("blobSha256")
);

ALTER TABLE "ImageFingerprint" ADD CONSTRAINT "ImageFingerprint_blobSha256_fkey"
  FOREIGN KEY ("blobSha256") REFERENCES "Blob"("sha256") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "NearDuplicate" (
    "imageId" UUID NOT NULL,
    "group" INTEGER NOT NULL,
    "distance" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "NearDuplicate_pkey" PRIMARY KEY ("imageId")
);
ALTER TABLE "NearDuplicate" ADD CONSTRAINT "NearDuplicate_imageId_fkey"
  FOREIGN KEY ("imageId") REFERENCES "Image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Most captions have no categories; the page of a dataset lists those that have.
CREATE INDEX "Caption_categorised_idx" ON "Caption"("imageId") WHERE "categories" <> '{}';
