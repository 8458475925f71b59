CREATE TABLE "WordListVersion" (
    "datasetId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "lists" JSONB NOT NULL,
    "actor" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "WordListVersion_pkey" PRIMARY KEY ("datasetId","number")
);

CREATE TABLE "DatasetAudit" (
    "id" UUID NOT NULL,
    "datasetId" UUID NOT NULL,
    "datasetRevision" INTEGER NOT NULL,
    "lists" JSONB NOT NULL,
    "network" TEXT,
    "checked" TEXT[],
    "state" "RunState" NOT NULL DEFAULT 'QUEUED',
    "error" TEXT,
    "counts" JSONB,
    "compared" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "DatasetAudit_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Contradiction" (
    "auditId" UUID NOT NULL,
    "captionId" UUID NOT NULL,
    "attribute" TEXT NOT NULL,
    "asked" TEXT NOT NULL,
    "shown" TEXT NOT NULL,
    "margin" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "Contradiction_pkey" PRIMARY KEY ("auditId","captionId","attribute")
);

CREATE TABLE "KeptContradiction" (
    "captionId" UUID NOT NULL,
    "attribute" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "KeptContradiction_pkey" PRIMARY KEY ("captionId","attribute")
);

CREATE INDEX "DatasetAudit_datasetId_createdAt_idx" ON "DatasetAudit"("datasetId", "createdAt");
CREATE INDEX "Contradiction_auditId_margin_idx" ON "Contradiction"("auditId", "margin");
CREATE INDEX "Contradiction_captionId_idx" ON "Contradiction"("captionId");

ALTER TABLE "WordListVersion" ADD CONSTRAINT "WordListVersion_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "DatasetAudit" ADD CONSTRAINT "DatasetAudit_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Contradiction" ADD CONSTRAINT "Contradiction_auditId_fkey" FOREIGN KEY ("auditId") REFERENCES "DatasetAudit"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Contradiction" ADD CONSTRAINT "Contradiction_captionId_fkey" FOREIGN KEY ("captionId") REFERENCES "Caption"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "KeptContradiction" ADD CONSTRAINT "KeptContradiction_captionId_fkey" FOREIGN KEY ("captionId") REFERENCES "Caption"("id") ON DELETE CASCADE ON UPDATE CASCADE;
