/** Keeps files in the process's blob store together with their rows, and reads them back. */
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { screenKinds } from "@/lib/images/rendition-kind";
import { db, type Transaction } from "@/lib/platform/database/db";
import type { StoredBlob } from "./blob-store";
import { blobStore } from "./open-store";

export type BlobDescription = {
  mediaType: string;
  widthPx?: number;
  heightPx?: number;
  /** For an image: the caller records its renditions, or none are needed. */
  isRendered?: boolean;
};

export { blobStore } from "./open-store";

/**
 * Keeps bytes and records what they are. The bytes come first: a row never names a blob that is not there.
 *
 * @throws SemblanceError `disk_full`
 */
export async function storeBlob(
  bytes: Uint8Array | Readable,
  description: BlobDescription,
  transaction: Transaction = db,
): Promise<StoredBlob> {
  const blob = await blobStore().put(bytes);
  await recordBlobs([{ ...blob, ...description }], transaction);
  return blob;
}

/** As `storeBlob`, from a file; for `share` see BlobStore.putFile. */
export async function storeFile(
  path: string,
  description: BlobDescription,
  options: { share?: boolean } = {},
): Promise<StoredBlob> {
  const blob = await blobStore().putFile(path, options);
  await recordBlobs([{ ...blob, ...description }]);
  return blob;
}

/** Records blobs that are in the store already; those with a row keep it. Workers then render what pages show of images. */
export async function recordBlobs(
  blobs: (StoredBlob & BlobDescription)[],
  transaction: Transaction = db,
): Promise<void> {
  // As one parameter each: an import has thousands, for each of which Prisma's own way takes 0.2 ms.
  await transaction.$executeRaw`
    INSERT INTO "Blob" (sha256, "sizeBytes", "mediaType", "widthPx", "heightPx")
    SELECT sha256, "sizeBytes", "mediaType", "widthPx", "heightPx"
    FROM jsonb_to_recordset(${JSON.stringify(blobs)}::jsonb)
      AS row(sha256 text, "sizeBytes" bigint, "mediaType" text, "widthPx" int, "heightPx" int)
    ON CONFLICT DO NOTHING`;
  const images = blobs.filter(({ mediaType, isRendered }) => mediaType.startsWith("image/") && !isRendered);
  if (images.length === 0) return;
  await transaction.$executeRaw`
    INSERT INTO "Rendition" ("sourceSha256", kind)
    SELECT sha256, kind FROM unnest(${images.map(({ sha256 }) => sha256)}::text[]) AS sha256,
      unnest(${[...screenKinds]}::text[]) AS kind
    ON CONFLICT DO NOTHING`;
}

/**
 * All bytes of a blob, checked against its hash.
 *
 * @throws SemblanceError `not_found`, or `invalid_file` where the disk does not hold what was kept
 */
export async function readBlob(sha256: string): Promise<Buffer> {
  return buffer(await blobStore().read(sha256, { verify: true }));
}
