-- What pages show of an image is made by workers, once.
CREATE TABLE "Rendition" (
    "sourceSha256" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "blobSha256" TEXT,
    "fault" TEXT,
    "wantedAt" TIMESTAMPTZ(3),
    "claimedUntil" TIMESTAMPTZ(3),

    CONSTRAINT "Rendition_pkey" PRIMARY KEY ("sourceSha256", "kind")
);
CREATE INDEX "Rendition_blobSha256_idx" ON "Rendition"("blobSha256");
-- Workers ask every half second what is to be made, however much is there already.
CREATE INDEX "Rendition_pending_idx" ON "Rendition"("wantedAt" DESC NULLS LAST) WHERE "blobSha256" IS NULL AND "fault" IS NULL;
ALTER TABLE "Rendition" ADD CONSTRAINT "Rendition_sourceSha256_fkey"
    FOREIGN KEY ("sourceSha256") REFERENCES "Blob"("sha256") ON DELETE CASCADE ON UPDATE CASCADE;

-- Of the images that are there, save for blind ones, which the dashboard shows seldom and then asks for.
INSERT INTO "Rendition" ("sourceSha256", "kind")
SELECT "sha256", "kind" FROM "Blob", unnest(ARRAY['whole', 'side-128', 'side-256', 'side-512']) AS "kind"
WHERE "mediaType" LIKE 'image/%'
  AND NOT EXISTS (SELECT FROM "ItemImage" WHERE "ItemImage"."blobSha256" = "Blob"."sha256");
