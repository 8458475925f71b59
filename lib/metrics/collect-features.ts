/** Runs an extractor over picture files, batch by batch, with what is cached left out. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { SemblanceError, toSemblanceError } from "@/lib/errors";
import { decodePicture } from "./decode-picture";
import { type FeatureExtractor, PICTURES_PER_BATCH } from "./extractors/feature-extractor";
import type { FeatureCache } from "./feature-cache";
import { FeatureStore } from "./feature-store";
import type { Features } from "./features";
import { squarePicture } from "./square-picture";

/** A picture that takes no part because it cannot be read; `reason` is for people. */
export type LeftOut = { readonly path: string; readonly reason: string };

export type CollectedFeatures = {
  readonly features: Features;
  /** For each row of `features` the number of its file in the list given. */
  readonly rows: readonly number[];
  readonly leftOut: readonly LeftOut[];
  /** How many of the rows were in the cache. */
  readonly reused: number;
  /** Frees what `features` are kept in; they can no longer be read. */
  readonly close: () => void;
};

/**
 * The features of every file that can be decoded, in the order given. Memory holds two batches of pictures, and the
 * features while they are few (see `FeatureStore`); while a batch is computed, the next one is decoded.
 *
 * @param openExtractor called when a file is not in the cache; the caller keeps and releases what it opens
 * @param dims values per picture
 * @param sidePx see `squarePicture`; null: the extractor gets pictures as they are
 * @param onProgress called after every batch with the number of files done
 * @throws SemblanceError as the extractor; `cancelled`
 */
export async function collectFeatures(
  files: readonly { readonly path: string }[],
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
  const leftOut: LeftOut[] = [];
  let reused = 0;
  const keep = (vector: Float32Array, file: number) => {
    store.append(vector);
    rows.push(file);
  };
  const load = (start: number) =>
    Promise.all(
      files
        .slice(start, start + PICTURES_PER_BATCH)
        .map(({ path }) => loadPicture(path, cache, { dims, sidePx })),
    );
  let upcoming = load(0);
  for (let start = 0; start < files.length; start += PICTURES_PER_BATCH) {
    if (signal?.aborted) throw new SemblanceError("cancelled", "The evaluation was cancelled.");
    const loaded = await upcoming;
    upcoming = load(start + PICTURES_PER_BATCH);
    // A rejection is met when its batch is awaited; until then it must not count as unhandled.
    upcoming.catch(() => {});
    const fresh = loaded.filter((item) => "picture" in item);
    let computed = new Float32Array(0);
    if (fresh.length > 0) {
      const extractor = await openExtractor();
      computed = (await extractor.extract(fresh.map(({ picture }) => picture))) as typeof computed;
    }
    for (const [i, item] of loaded.entries()) {
      if ("vector" in item) {
        keep(item.vector, start + i);
        reused++;
      } else if ("reason" in item) leftOut.push({ path: files[start + i]!.path, reason: item.reason });
      else {
        const vector = computed.subarray(0, dims);
        computed = computed.subarray(dims);
        keep(vector, start + i);
        await cache.write(item.sha256, vector);
      }
    }
    onProgress?.(Math.min(start + PICTURES_PER_BATCH, files.length));
  }
  return { features: store.finish(), rows, leftOut, reused, close: () => store.close() };
}

type Loaded =
  | { readonly vector: Float32Array }
  | { readonly reason: string }
  | { readonly picture: Awaited<ReturnType<typeof decodePicture>>; readonly sha256: string };

async function loadPicture(
  path: string,
  cache: FeatureCache,
  { dims, sidePx }: { dims: number; sidePx: number | null },
): Promise<Loaded> {
  try {
    const bytes = await readFile(path);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const vector = await cache.read(sha256, dims);
    if (vector) return { vector };
    const picture = await decodePicture(bytes, basename(path));
    return { picture: sidePx === null ? picture : squarePicture(picture, sidePx, basename(path)), sha256 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      return { reason: `${basename(path)} does not exist.` };
    const { code, message } = toSemblanceError(error);
    if (code === "internal" || code === "disk_full") throw error;
    return { reason: message };
  }
}
