/** The request for an evaluation: which images, which metrics, which networks. */
import type { NamedFile } from "@/lib/images/named-file";
import type { MetricName } from "../catalogue/metric-catalogue";
import type { FeatureEnvironment } from "./locate-features";

/** A file with the caller's id for it. */
export type ImageFile = NamedFile & { readonly id: string };
export type GeneratedImageFile = ImageFile & {
  readonly caption: string | null;
  /** The real image that the caption describes, by its id; for metrics that compare pair by pair. */
  readonly realId?: string | null;
};

export type EvaluationInput = FeatureEnvironment & {
  readonly real: readonly ImageFile[];
  /** An .npz of FID statistics instead of real images; only Fréchet distances can be computed from it. */
  readonly realStatistics?: string;
  readonly generated: readonly GeneratedImageFile[];
  readonly metrics: readonly MetricName[];
  /** Both kinds of images are first brought to a square of this side (see `squareImage`); absent: they are not. */
  readonly sidePx?: number | null;
  /** Where features are kept between evaluations; absent: they are not. */
  readonly cacheFolder?: string | null;
  /** Seed of all resampling. */
  readonly seed?: number;
  readonly onProgress?: (progress: EvaluationProgress) => void;
  readonly signal?: AbortSignal;
};

/** `done` of `total` steps; `stage` says in words what is being done. */
export type EvaluationProgress = { readonly stage: string; readonly done: number; readonly total: number };
