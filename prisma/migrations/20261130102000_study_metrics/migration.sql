-- A table of automatic scores beside the scores of a study's people.
CREATE TABLE "StudyMetrics" (
    "studyId" UUID NOT NULL,
    "fileName" TEXT NOT NULL,
    "blobSha256" TEXT NOT NULL,
    "metrics" TEXT[],
    "attachedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "StudyMetrics_pkey" PRIMARY KEY ("studyId"),
    CONSTRAINT "StudyMetrics_studyId_fkey" FOREIGN KEY ("studyId") REFERENCES "Study"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "StudyMetrics_blobSha256_idx" ON "StudyMetrics"("blobSha256");
