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
  await transaction.blob.createMany({
    data: blobs.map(({ isRendered: _, ...blob }) => blob),
    skipDuplicates: true,
  });
  const images = blobs.filter(({ mediaType, isRendered }) => mediaType.startsWith("image/") && !isRendered);
  if (images.length === 0) return;
  await transaction.rendition.createMany({
    data: images.flatMap(({ sha256 }) => screenKinds.map((kind) => ({ sourceSha256: sha256, kind }))),
    skipDuplicates: true,
  });
}

/**
 * All bytes of a blob, checked against its hash.
 *
 * @throws SemblanceError `not_found`, or `invalid_file` where the disk does not hold what was kept
 */
export async function readBlob(sha256: string): Promise<Buffer> {
  return buffer(await blobStore().read(sha256, { verify: true }));
}
