-- Low-rank adapters (LoRA), and which of them a sample set was drawn with.
CREATE TABLE "Adapter" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "blobSha256" TEXT NOT NULL,
    "rank" INTEGER NOT NULL,
    "alpha" DOUBLE PRECISION NOT NULL,
    "sizes" JSONB NOT NULL,
    "parameterCount" BIGINT NOT NULL,
    "fineTuneId" UUID,
    "step" INTEGER,
    "isDemo" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Adapter_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "Adapter_name_key" ON "Adapter"("name");
CREATE INDEX "Adapter_blobSha256_idx" ON "Adapter"("blobSha256");
CREATE INDEX "Adapter_fineTuneId_idx" ON "Adapter"("fineTuneId");

ALTER TABLE "Adapter" ADD CONSTRAINT "Adapter_fineTuneId_fkey" FOREIGN KEY ("fineTuneId") REFERENCES "FineTune"("id") ON DELETE SET NULL ON UPDATE CASCADE;

CREATE TABLE "SampleSetAdapter" (
    "sampleSetId" UUID NOT NULL,
    "adapterId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "scale" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "SampleSetAdapter_pkey" PRIMARY KEY ("sampleSetId", "adapterId")
);

CREATE INDEX "SampleSetAdapter_adapterId_idx" ON "SampleSetAdapter"("adapterId");

ALTER TABLE "SampleSetAdapter" ADD CONSTRAINT "SampleSetAdapter_sampleSetId_fkey" FOREIGN KEY ("sampleSetId") REFERENCES "SampleSet"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "SampleSetAdapter" ADD CONSTRAINT "SampleSetAdapter_adapterId_fkey" FOREIGN KEY ("adapterId") REFERENCES "Adapter"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
