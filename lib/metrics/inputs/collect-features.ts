/** Runs an extractor over image files, batch by batch, with what is cached left out. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { SemblanceError, toSemblanceError } from "@/lib/errors";
import { decodeImage } from "@/lib/images/decode-image";
import type { LeftOutFile } from "@/lib/images/left-out";
import { labelOf, type NamedFile } from "@/lib/images/named-file";
import type { RgbImage } from "@/lib/images/pixels";
import { squareImage } from "@/lib/images/square-image";
import { type FeatureExtractor, IMAGES_PER_BATCH } from "../extractors/feature-extractor";
import { FeatureStore } from "../features/feature-store";
import type { Features } from "../features/features";
import type { FeatureCache } from "./feature-cache";

export type CollectedFeatures = {
  readonly features: Features;
  /** For each row of `features` the number of its file in the list given. */
  readonly rows: readonly number[];
  readonly leftOut: readonly LeftOutFile[];
  /** How many of the rows were in the cache. */
  readonly reused: number;
  /** Frees what `features` are kept in; they can no longer be read. */
  readonly close: () => void;
};

/**
 * The features of every file that can be decoded, in the order given. Memory holds two batches of images, and the
 * features while they are few (see `FeatureStore`); while a batch is computed, the next one is decoded.
 *
 * @param openExtractor called when a file is not in the cache; the caller keeps and releases what it opens
 * @param dims values per image
 * @param sidePx see `squareImage`; null: the extractor gets images as they are
 * @param onProgress called after every batch with the number of files done
 * @throws SemblanceError as the extractor; `cancelled`
 */
export async function collectFeatures(
  files: readonly NamedFile[],
  openExtractor: () => Promise<FeatureExtractor>,
  cache: FeatureCache,
  {
    dims,
    sidePx = null,
    onProgress,
    signal,
  }: { dims: number; sidePx?: number | null; onProgress?: (done: number) => void; signal?: AbortSignal },
): Promise<CollectedFeatures> {
  const store = new FeatureStore(files.length, dims);
  const rows: number[] = [];
  const leftOut: LeftOutFile[] = [];
  let reused = 0;
  const keep = (vector: Float32Array, file: number) => {
    store.append(vector);
    rows.push(file);
  };
  const load = (start: number) =>
    Promise.all(
      files.slice(start, start + IMAGES_PER_BATCH).map((file) => loadImage(file, cache, { dims, sidePx })),
    );
  let upcoming = load(0);
  for (let start = 0; start < files.length; start += IMAGES_PER_BATCH) {
    if (signal?.aborted) throw new SemblanceError("cancelled", "The evaluation was cancelled.");
    const loaded = await upcoming;
    upcoming = load(start + IMAGES_PER_BATCH);
    // A rejection is met when its batch is awaited; until then it must not count as unhandled.
    upcoming.catch(() => {});
    const fresh = loaded.filter((item) => "image" in item);
    let computed = new Float32Array(0);
    if (fresh.length > 0) {
      const extractor = await openExtractor();
      computed = (await extractor.extract(fresh.map(({ image }) => image))) as typeof computed;
    }
    for (const [i, item] of loaded.entries()) {
      if ("vector" in item) {
        keep(item.vector, start + i);
        reused++;
      } else if ("reason" in item) {
        const file = files[start + i]!;
        leftOut.push({ path: file.path, name: labelOf(file), reason: item.reason });
      } else {
        const vector = computed.subarray(0, dims);
        computed = computed.subarray(dims);
        keep(vector, start + i);
        await cache.write(item.sha256, vector);
      }
    }
    onProgress?.(Math.min(start + IMAGES_PER_BATCH, files.length));
  }
  return { features: store.finish(), rows, leftOut, reused, close: () => store.close() };
}

type Loaded =
  | { readonly vector: Float32Array }
  | { readonly reason: string }
  | { readonly image: RgbImage; readonly sha256: string };

async function loadImage(
  file: NamedFile,
  cache: FeatureCache,
  { dims, sidePx }: { dims: number; sidePx: number | null },
): Promise<Loaded> {
  const label = labelOf(file);
  try {
    const bytes = await readFile(file.path);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const vector = await cache.read(sha256, dims);
    if (vector) return { vector };
    const image = await decodeImage(bytes, { name: label });
    return { image: sidePx === null ? image : squareImage(image, sidePx, label), sha256 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { reason: `${label} does not exist.` };
    const { code, message } = toSemblanceError(error);
    if (code === "internal" || code === "disk_full") throw error;
    return { reason: message };
  }
}
