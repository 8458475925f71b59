-- The training image that a preview comes nearest to.
ALTER TABLE "Preview" ADD COLUMN "nearestImageId" UUID,
ADD COLUMN "nearestDistance" DOUBLE PRECISION;
ALTER TABLE "Preview" ADD CONSTRAINT "Preview_nearestImageId_fkey" FOREIGN KEY ("nearestImageId") REFERENCES "Image"("id") ON DELETE SET NULL ON UPDATE CASCADE;
CREATE INDEX "Preview_nearestImageId_idx" ON "Preview"("nearestImageId");
