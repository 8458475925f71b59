/** Finds the photographs of a dataset that look alike, excluded ones among them. */
import { pMapIterable } from "p-map";
import { alikeDistance, fingerprintLength } from "@/lib/images/fingerprint-size";
import { isImageFault } from "@/lib/images/image-fault";
import { db } from "@/lib/platform/database/db";
import { imagesAtOnce, workOnImage } from "@/lib/platform/image-process/image-worker";
import { readBlob } from "@/lib/platform/storage/store-blob";
import { groupSimilar } from "./group-similar";

const pageSize = 2000;
const rowsPerInsert = 5000;

export type DuplicateProgress = {
  signal?: AbortSignal;
  /** Photographs looked at, of all that are new. */
  onProgress?: (done: number, total: number) => void;
};

/**
 * Replaces what an earlier search has found. Photographs that were looked at before are not decoded again; those that cannot
 * be decoded look like none.
 *
 * @returns how many look like another
 * @throws the signal's reason after an abort
 */
export async function findNearDuplicates(
  datasetId: string,
  { signal, onProgress }: DuplicateProgress = {},
): Promise<{ duplicateCount: number }> {
  await fingerprintNew(datasetId, { signal, onProgress });
  const { ids, pixels } = await readFingerprints(datasetId);
  const similar = await groupSimilar(pixels, alikeDistance, { signal });
  const rows = similar.map(({ index, group, distance }) => ({ imageId: ids[index]!, group, distance }));
  await db.$transaction(
    async (transaction) => {
      await transaction.nearDuplicate.deleteMany({ where: { image: { datasetId } } });
      for (let start = 0; start < rows.length; start += rowsPerInsert) {
        await transaction.nearDuplicate.createMany({ data: rows.slice(start, start + rowsPerInsert) });
      }
      await transaction.dataset.updateMany({ where: { id: datasetId }, data: { comparedAt: new Date() } });
    },
    { timeout: 60_000 },
  );
  return { duplicateCount: rows.length };
}

async function fingerprintNew(datasetId: string, { signal, onProgress }: DuplicateProgress): Promise<void> {
  const missing = await db.$queryRaw<{ sha256: string }[]>`
    SELECT blob."sha256" FROM "Image" image JOIN "Blob" blob ON blob."sha256" = image."blobSha256"
    WHERE image."datasetId" = ${datasetId}::uuid
      AND NOT EXISTS (SELECT FROM "ImageFingerprint" known WHERE known."blobSha256" = blob."sha256")
    ORDER BY image."position"`;
  const looked = pMapIterable(missing, look, {
    concurrency: imagesAtOnce,
    backpressure: 2 * imagesAtOnce,
  });
  let done = 0;
  for await (const found of looked) {
    signal?.throwIfAborted();
    if (found) await db.imageFingerprint.createMany({ data: [found], skipDuplicates: true });
    onProgress?.(++done, missing.length);
  }
}

async function look({ sha256 }: { sha256: string }) {
  try {
    const bytes = await readBlob(sha256);
    const pixels = await workOnImage({ bytes, name: sha256.slice(0, 12) }, "fingerprint", null);
    return { blobSha256: sha256, pixels };
  } catch (error) {
    if (isImageFault(error)) return null;
    throw error;
  }
}

async function readFingerprints(datasetId: string): Promise<{ ids: string[]; pixels: Uint8Array }> {
  const ids: string[] = [];
  const parts: Uint8Array[] = [];
  for (let after = -1; ; ) {
    const rows = await db.$queryRaw<{ id: string; position: number; pixels: Uint8Array }[]>`
      SELECT image."id", image."position", known."pixels" FROM "Image" image
      JOIN "ImageFingerprint" known ON known."blobSha256" = image."blobSha256"
      WHERE image."datasetId" = ${datasetId}::uuid AND image."position" > ${after}
      ORDER BY image."position" LIMIT ${pageSize}`;
    const part = new Uint8Array(rows.length * fingerprintLength);
    for (const [at, { id, pixels }] of rows.entries()) {
      ids.push(id);
      part.set(pixels, at * fingerprintLength);
    }
    parts.push(part);
    if (rows.length < pageSize) break;
    after = rows.at(-1)!.position;
  }
  const pixels = new Uint8Array(ids.length * fingerprintLength);
  let at = 0;
  for (const part of parts) {
    pixels.set(part, at);
    at += part.length;
  }
  return { ids, pixels };
}
