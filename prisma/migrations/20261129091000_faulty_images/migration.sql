-- Raters are given no item with an image whose file is lost or damaged.
CREATE TABLE "FaultyImage" (
    "blobSha256" TEXT NOT NULL,
    "foundAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "FaultyImage_pkey" PRIMARY KEY ("blobSha256")
);
CREATE INDEX "ItemImage_blobSha256_idx" ON "ItemImage"("blobSha256");
