-- What jobs make has a table of its own instead of a place in the payload, and blobs stay by reference instead of by a
-- search through JSON.
CREATE TYPE "JobBlobPart" AS ENUM ('PAYLOAD', 'RESULT');
CREATE TABLE "JobResult" (
  "jobId" UUID NOT NULL,
  "value" JSONB NOT NULL,
  CONSTRAINT "JobResult_pkey" PRIMARY KEY ("jobId"),
  CONSTRAINT "JobResult_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE "JobBlob" (
  "jobId" UUID NOT NULL,
  "part" "JobBlobPart" NOT NULL,
  "sha256" TEXT NOT NULL,
  CONSTRAINT "JobBlob_pkey" PRIMARY KEY ("jobId", "part", "sha256"),
  CONSTRAINT "JobBlob_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "JobBlob_sha256_idx" ON "JobBlob"("sha256");
ALTER TABLE "Study" ADD COLUMN "pickedSha256s" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];

-- Uploads that an import may yet read.
INSERT INTO "JobBlob" ("jobId", "part", "sha256")
SELECT DISTINCT "Job"."id", 'PAYLOAD'::"JobBlobPart", "file"->>'sha256'
FROM "Job"
JOIN "Dataset" ON "Dataset"."id" = "Job"."subjectId"
CROSS JOIN jsonb_array_elements("Job"."payload"#>'{source,files}') AS "file"
WHERE "Job"."kind" = 'import-dataset' AND "Dataset"."state" <> 'READY'
  AND jsonb_typeof("Job"."payload"#>'{source,files}') = 'array';

-- The newest picture of a typed caption.
INSERT INTO "JobResult" ("jobId", "value")
SELECT "id", "payload"->'drawn' FROM "Job"
WHERE "kind" = 'draw-caption' AND jsonb_typeof("payload"->'drawn') = 'object';
INSERT INTO "JobBlob" ("jobId", "part", "sha256")
SELECT "jobId", 'RESULT', "value"->>'pictureSha256' FROM "JobResult" WHERE "value"->>'pictureSha256' IS NOT NULL;
UPDATE "Job" SET "payload" = "payload" - 'drawn' WHERE "kind" = 'draw-caption';

UPDATE "Study" SET "pickedSha256s" = ARRAY(
  SELECT DISTINCT jsonb_array_elements_text(jsonb_path_query_array("pickedChecks", '$[*].pictures[*]'))
) WHERE "pickedChecks" <> '[]';
