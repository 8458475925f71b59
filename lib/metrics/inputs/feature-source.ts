/** Computes an evaluation's features: every image and caption passes through every network once, one network at a time. */
import { isDeepStrictEqual } from "node:util";
import { SemblanceError } from "@/lib/errors";
import type { LeftOutFile } from "@/lib/images/left-out";
import type { FeatureSpec } from "../catalogue/feature-spec";
import { type FeatureExtractor, IMAGES_PER_BATCH } from "../extractors/feature-extractor";
import type { Features } from "../features/features";
import { type CollectedFeatures, collectFeatures } from "./collect-features";
import type { EvaluationInput } from "./evaluation-input";
import { openFeatureCache } from "./feature-cache";
import { type LocatedFeatures, locateFeatures } from "./locate-features";

export type FeatureAccount = {
  /** Every unreadable file once. */
  readonly leftOut: readonly LeftOutFile[];
  /** Number of feature vectors computed, and found in the cache: one per image and network. */
  readonly features: { readonly computed: number; readonly reused: number };
};

/** The side belongs to the recipe: features at one side are not others' features. */
export async function locateAtSide(
  spec: FeatureSpec,
  { sidePx, ...environment }: EvaluationInput,
): Promise<LocatedFeatures> {
  const located = await locateFeatures(spec, environment);
  if (!sidePx) return located;
  return {
    ...located,
    recipe: { ...located.recipe, comparedAt: `centre square, Pillow bicubic ${sidePx}` },
  };
}

export function withoutCaptions({ recipe }: LocatedFeatures): SemblanceError {
  return new SemblanceError("invalid_input", `${recipe.network} cannot locate words in images.`, {
    remedy: "Choose a metric whose CLIP can.",
  });
}

/** Features of this evaluation's images and captions, each computed once, however many metrics need it. */
export class FeatureSource {
  readonly #input: EvaluationInput;
  readonly #collected = new Map<string, Promise<CollectedFeatures>>();
  /** One network at a time: networks are large, and metrics of the same features are computed consecutively. */
  #opened: { readonly located: LocatedFeatures; readonly extractor: FeatureExtractor } | null = null;

  readonly #leftOut: LeftOutFile[] = [];

  constructor(input: EvaluationInput) {
    this.#input = input;
  }

  /** Files that another way of reading could not read. */
  addLeftOut(items: readonly LeftOutFile[]): void {
    this.#leftOut.push(...items);
  }

  images(located: LocatedFeatures, side: "real" | "generated"): Promise<CollectedFeatures> {
    const key = JSON.stringify([side, located.spec]);
    const known = this.#collected.get(key);
    if (known) return known;
    const files = this.#input[side];
    const { cacheFolder = null, sidePx, onProgress, signal } = this.#input;
    const collecting = collectFeatures(
      files,
      () => this.#open(located),
      openFeatureCache(cacheFolder, located.recipe),
      {
        dims: located.dims,
        sidePx,
        signal,
        onProgress: (done) =>
          onProgress?.({ stage: `${located.recipe.network}, ${side} images`, done, total: files.length }),
      },
    );
    this.#collected.set(key, collecting);
    return collecting;
  }

  async captions(located: LocatedFeatures, rows: readonly number[], prefix: string): Promise<Features> {
    if (!located.openCaptions) throw withoutCaptions(located);
    const encoder = await located.openCaptions();
    try {
      const texts = rows.map((row) => prefix + this.#input.generated[row]!.caption!.trim());
      return { count: rows.length, dims: encoder.dims, values: await encoder.encode(texts) };
    } finally {
      await encoder.release();
    }
  }

  async #open(located: LocatedFeatures): Promise<FeatureExtractor> {
    if (this.#opened && isDeepStrictEqual(this.#opened.located.spec, located.spec))
      return this.#opened.extractor;
    await this.release();
    const { real, generated } = this.#input;
    const batch = Math.min(IMAGES_PER_BATCH, Math.max(real.length, generated.length));
    this.#opened = { located, extractor: await located.open(batch) };
    return this.#opened.extractor;
  }

  async release(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    await opened?.extractor.release();
  }

  /** Releases the network and all features; what `account` says stays. */
  async close(): Promise<void> {
    await this.release();
    for (const collected of await Promise.allSettled(this.#collected.values())) {
      if (collected.status === "fulfilled") collected.value.close();
    }
  }

  /** Of what was asked for so far: every unreadable file once, and where features came from. */
  async account(): Promise<FeatureAccount> {
    const settled = await Promise.allSettled(this.#collected.values());
    const all = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const leftOut = [...all.flatMap((collected) => collected.leftOut), ...this.#leftOut];
    const reused = all.reduce((sum, collected) => sum + collected.reused, 0);
    const vectors = all.reduce((sum, collected) => sum + collected.features.count, 0);
    return {
      leftOut: [...new Map(leftOut.map((item) => [item.path, item])).values()],
      features: { computed: vectors - reused, reused },
    };
  }
}
