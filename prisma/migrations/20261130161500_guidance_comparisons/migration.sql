-- The same captions and seeds drawn under several guidances: each setting is a sample set of its own.
CREATE TABLE "GuidanceComparison" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "metrics" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "GuidanceComparison_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "GuidanceComparison_name_key" ON "GuidanceComparison"("name");

ALTER TABLE "SampleSet" ADD COLUMN "guidanceComparisonId" UUID;

CREATE INDEX "SampleSet_guidanceComparisonId_idx" ON "SampleSet"("guidanceComparisonId");

ALTER TABLE "SampleSet" ADD CONSTRAINT "SampleSet_guidanceComparisonId_fkey" FOREIGN KEY ("guidanceComparisonId") REFERENCES "GuidanceComparison"("id") ON DELETE SET NULL ON UPDATE CASCADE;
