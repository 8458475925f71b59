/** A metric's result with everything that is needed to cite it. */
import type { WordHeatMap } from "./heat-map";

/**
 * What makes two figures comparable: they are if all of this is equal. Plain JSON. Its texts, which say “picture” for image,
 * must not change: stored scores would no longer compare with new ones.
 */
export type Recipe = { readonly [key: string]: string | number | boolean | null };

export type Score = {
  readonly metric: string;
  /** Null where it could not be computed; `warnings` then says why and `remedy` how to get it. */
  readonly value: number | null;
  /** Bounds of the 95% interval; null where there are too few images for one. */
  readonly low: number | null;
  readonly high: number | null;
  /** Real images that took part; 0 for metrics that look at generated ones alone. */
  readonly n1: number;
  /** Generated images that took part. */
  readonly n2: number;
  readonly recipe: Recipe;
  readonly warnings: readonly string[];
  readonly remedy: string | null;
  /** The score of each generated image, for metrics that are means of such. */
  readonly perImage: readonly ImageScore[] | null;
};

/**
 * `nearest` is the real image that the value is about, for metrics that look for one. `heatMaps` show, for
 * grounding, where each word of the caption is found in the generated image and in that real one.
 */
export type ImageScore = {
  readonly id: string;
  readonly value: number;
  readonly nearest?: string;
  readonly heatMaps?: { readonly generated: WordHeatMap; readonly real: WordHeatMap };
};

/** A computed metric before it is put together with what it was computed from. */
export type Measurement = {
  readonly value: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly warnings?: readonly string[];
  /** What is known only after computing, such as how many pairs were compared. */
  readonly recipe?: Recipe;
  /** One value per generated image. */
  readonly perImage?: Float64Array;
  /** Per generated image the row of the real one that its value is about. */
  readonly nearest?: readonly number[];
};
