-- Which checkpoints and studies name a blob.
CREATE INDEX "Checkpoint_blobSha256_idx" ON "Checkpoint"("blobSha256");
CREATE INDEX "Study_pickedSha256s_idx" ON "Study" USING GIN ("pickedSha256s");
