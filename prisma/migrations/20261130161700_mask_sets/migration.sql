-- Masks of a dataset's images: what inpainting models are judged by.
CREATE TABLE "MaskSet" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "datasetId" UUID NOT NULL,
    "state" "RunState" NOT NULL DEFAULT 'QUEUED',
    "error" TEXT,
    "isDemo" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "MaskSet_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "MaskSet_name_key" ON "MaskSet"("name");
CREATE INDEX "MaskSet_datasetId_idx" ON "MaskSet"("datasetId");

ALTER TABLE "MaskSet" ADD CONSTRAINT "MaskSet_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "Mask" (
    "maskSetId" UUID NOT NULL,
    "imageId" UUID NOT NULL,
    "blobSha256" TEXT NOT NULL,

    CONSTRAINT "Mask_pkey" PRIMARY KEY ("maskSetId", "imageId")
);

CREATE INDEX "Mask_imageId_idx" ON "Mask"("imageId");
CREATE INDEX "Mask_blobSha256_idx" ON "Mask"("blobSha256");

ALTER TABLE "Mask" ADD CONSTRAINT "Mask_maskSetId_fkey" FOREIGN KEY ("maskSetId") REFERENCES "MaskSet"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Mask" ADD CONSTRAINT "Mask_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "SampleSet" ADD COLUMN "maskSetId" UUID;
CREATE INDEX "SampleSet_maskSetId_idx" ON "SampleSet"("maskSetId");
ALTER TABLE "SampleSet" ADD CONSTRAINT "SampleSet_maskSetId_fkey" FOREIGN KEY ("maskSetId") REFERENCES "MaskSet"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
