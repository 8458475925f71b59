/** Removes blobs that nothing names any more: images of deleted datasets, uploads that were never imported. */
import { db } from "@/lib/platform/database/db";
import { blobStore } from "./store-blob";

/** An upload waits this long at most for the import that names it. */
const dayMs = 24 * 3600_000;

const batchSize = 500;

/**
 * @param keptBefore blobs kept later than this stay, whether named or not
 * @param among only these are looked at; absent: all
 * @returns how many were removed
 */
export async function sweepBlobs(
  keptBefore = new Date(Date.now() - dayMs),
  among?: ReadonlySet<string>,
): Promise<{ removed: number }> {
  const store = blobStore();
  const before = await withoutUnfinished(keptBefore);
  let removed = 0;
  let batch: string[] = [];
  const sweepBatch = async () => {
    const named = await findNamed(batch);
    const candidates = batch.filter((sha256) => !named.has(sha256));
    batch = [];
    // Somebody may have kept the same bytes again since the list was made.
    const unnamed: string[] = [];
    for (const sha256 of candidates) {
      const keptAt = await store.keptAt(sha256);
      if (keptAt && keptAt < before) unnamed.push(sha256);
    }
    // Rows first: a file without a row is found by the next sweep, a row without its file would promise an image.
    await db.blob.deleteMany({ where: { sha256: { in: unnamed } } });
    await Promise.all(unnamed.map((sha256) => store.delete(sha256)));
    removed += unnamed.length;
  };
  for await (const { sha256, keptAt } of store.list()) {
    if (keptAt >= before || (among && !among.has(sha256))) continue;
    batch.push(sha256);
    if (batch.length === batchSize) await sweepBatch();
  }
  await sweepBatch();
  return { removed };
}

/** Jobs may name what they have kept only in their end, however long they take. */
async function withoutUnfinished(keptBefore: Date): Promise<Date> {
  const oldest = await db.job.findFirst({
    where: { state: "RUNNING", startedAt: { not: null } },
    orderBy: { startedAt: "asc" },
    select: { startedAt: true },
  });
  return oldest?.startedAt && oldest.startedAt < keptBefore ? oldest.startedAt : keptBefore;
}

/** Those of the given hashes that some row names. */
async function findNamed(hashes: string[]): Promise<Set<string>> {
  const rows = await db.$queryRaw<{ sha256: string }[]>`
    SELECT "sha256" FROM unnest(${hashes}::text[]) AS candidate("sha256")
    WHERE EXISTS (SELECT FROM "Image" WHERE "blobSha256" = "sha256")
       OR EXISTS (SELECT FROM "StagedImage" WHERE "blobSha256" = "sha256")
       OR EXISTS (SELECT FROM "Checkpoint" WHERE "blobSha256" = "sha256")
       OR EXISTS (SELECT FROM "Adapter" WHERE "blobSha256" = "sha256")
       OR EXISTS (SELECT FROM "Mask" WHERE "blobSha256" = "sha256")
       OR EXISTS (SELECT FROM "Preview" WHERE "blobSha256" = "sha256")
       OR EXISTS (SELECT FROM "Sample" WHERE "blobSha256" = "sha256")
       OR EXISTS (SELECT FROM "Sample" WHERE "baseSha256" = "sha256")
       OR EXISTS (SELECT FROM "ItemImage" WHERE "blobSha256" = "sha256")
       OR EXISTS (SELECT FROM "Rendition" WHERE "blobSha256" = "sha256" AND "sourceSha256" <> "sha256")
       OR EXISTS (SELECT FROM "FaultyImage" WHERE "blobSha256" = "sha256")
       OR EXISTS (SELECT FROM "StudyMetrics" WHERE "blobSha256" = "sha256")
       OR EXISTS (SELECT FROM "Study" WHERE "pickedSha256s" @> ARRAY[candidate."sha256"])
       OR EXISTS (SELECT FROM "JobBlob" WHERE "JobBlob"."sha256" = candidate."sha256")`;
  return new Set(rows.map(({ sha256 }) => sha256));
}
