-- Counts of answers by study, and which rows name a blob.
CREATE INDEX "Seat_studyId_isDone_idx" ON "Seat"("studyId", "isDone");
CREATE INDEX "Image_blobSha256_idx" ON "Image"("blobSha256");
CREATE INDEX "Sample_blobSha256_idx" ON "Sample"("blobSha256");
CREATE INDEX "Sample_baseSha256_idx" ON "Sample"("baseSha256");
CREATE INDEX "Preview_blobSha256_idx" ON "Preview"("blobSha256");
