-- A dataset may be captions alone: its images are then places without a photograph.
ALTER TABLE "Image" ALTER COLUMN "blobSha256" DROP NOT NULL;
ALTER TABLE "Image" ALTER COLUMN "widthPx" DROP NOT NULL;
ALTER TABLE "Image" ALTER COLUMN "heightPx" DROP NOT NULL;
ALTER TABLE "Image" ADD CONSTRAINT "Image_photograph_check"
  CHECK (num_nulls("blobSha256", "widthPx", "heightPx") IN (0, 3));
