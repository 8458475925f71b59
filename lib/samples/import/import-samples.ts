/** Stores the images of an import as the samples of a set: all that are planned, or nothing. */
import { pMapIterable } from "p-map";
import { type ReadImage, readImage } from "@/lib/datasets/read-image";
import { readSource, type SourceFile } from "@/lib/datasets/sources/source-file";
import { SemblanceError } from "@/lib/errors";
import { db, type Transaction } from "@/lib/platform/database/db";
import { imagesAtOnce } from "@/lib/platform/image-process/image-worker";
import type { FileAccess } from "@/lib/platform/server-files/file-access";
import type { StoredBlob } from "@/lib/platform/storage/blob-store";
import { blobStore, recordBlobs } from "@/lib/platform/storage/store-blob";
import { assertImportable, refuseAll, withoutRejected } from "./assert-importable";
import { readImageNotes } from "./image-notes";
import type { MatchedImage } from "./match-images";
import { type ImportRefusal, type SampleImportPlan, withImportPlan } from "./plan-import";
import type { StartSampleImportInput } from "./sample-import-fields";

type Stored = MatchedImage & { readonly image: ReadImage & StoredBlob };

export type SampleImportProgress = {
  signal?: AbortSignal;
  /** Images looked at, of all. */
  onProgress?: (done: number, total: number) => void;
};

const rowsPerInsert = 2000;

/**
 * The images that are stored belong to nobody until the end: those of an import that fails are swept away.
 *
 * @throws SemblanceError as `withImportPlan` and `assertImportable`; `invalid_file` naming the images that cannot be read;
 *   `cancelled` after an abort
 */
export async function importSamples(
  sampleSetId: string,
  input: Omit<StartSampleImportInput, "name">,
  access: FileAccess,
  progress: SampleImportProgress = {},
): Promise<{ imageCount: number }> {
  const { datasetRevision } = await db.sampleSet.findUniqueOrThrow({ where: { id: sampleSetId } });
  const store = async (plan: SampleImportPlan, images: ReadonlyMap<string, SourceFile>) => {
    const taken = withoutRejected(plan, input.rejected);
    assertImportable(taken, input.accept);
    return storeImages(taken.matches, images, progress);
  };
  const stored = await withImportPlan(input, access, store, datasetRevision);
  await db.$transaction((transaction) => addSamples(transaction, sampleSetId, stored), { timeout: 120_000 });
  return { imageCount: stored.length };
}

async function storeImages(
  matches: readonly MatchedImage[],
  images: ReadonlyMap<string, SourceFile>,
  { signal, onProgress }: SampleImportProgress,
): Promise<Stored[]> {
  const stored: Stored[] = [];
  const refusals: ImportRefusal[] = [];
  const store = (match: MatchedImage) => storeImage(match, images.get(match.file)!);
  const results = pMapIterable(matches, store, {
    concurrency: imagesAtOnce,
    backpressure: 2 * imagesAtOnce,
  });
  for await (const result of results) {
    if (signal?.aborted) throw new SemblanceError("cancelled", "The import was cancelled.");
    if ("message" in result) refusals.push(result);
    else stored.push(result);
    onProgress?.(stored.length + refusals.length, matches.length);
  }
  refuseAll(refusals);
  return stored;
}

async function storeImage(match: MatchedImage, file: SourceFile): Promise<Stored | ImportRefusal> {
  const bytes = await readSource(file);
  if (bytes instanceof SemblanceError)
    return { file: file.path, message: bytes.message, remedy: bytes.remedy ?? "" };
  const image = await readImage(file.path, bytes);
  if ("kind" in image) return { file: file.path, message: image.message, remedy: image.remedy };
  // What people or a file beside it say of the image comes before what the image says.
  const origin = { ...readImageNotes(bytes).notes, ...match.origin };
  return { ...match, origin, image: { ...image, ...(await blobStore().put(bytes)) } };
}

async function addSamples(
  transaction: Transaction,
  sampleSetId: string,
  stored: readonly Stored[],
): Promise<void> {
  const places = new Map<string, number>();
  const rows = stored.map(({ caption, origin, image }) => {
    const seed = places.get(caption.id) ?? 0;
    places.set(caption.id, seed + 1);
    return { sampleSetId, captionId: caption.id, seed, origin, blobSha256: image.sha256 };
  });
  await recordBlobs(
    stored.map(({ image: { sha256, sizeBytes, mediaType, widthPx, heightPx } }) => ({
      sha256,
      sizeBytes,
      mediaType,
      widthPx,
      heightPx,
    })),
    transaction,
  );
  for (let start = 0; start < rows.length; start += rowsPerInsert) {
    await transaction.sample.createMany({ data: rows.slice(start, start + rowsPerInsert) });
  }
  await transaction.sampleSet.update({
    where: { id: sampleSetId },
    data: {
      requested: rows.length,
      allCaptions: stored.some(({ caption }) => caption.position > 0),
      shortestSidePx: stored.reduce(
        (shortest, { image }) => Math.min(shortest, image.widthPx, image.heightPx),
        Number.POSITIVE_INFINITY,
      ),
    },
  });
}
