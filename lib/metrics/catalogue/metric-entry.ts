/** What is known of a metric before anything is computed. Data only, so that pages can load it. */
import type { FeatureSpec } from "./feature-spec";

export type MetricEntry = {
  /** Short, for pages. */
  readonly label: string;
  /** In full, for recipes and the command line. */
  readonly title: string;
  readonly better: "lower" | "higher";
  /** What it says, in a sentence or two. */
  readonly words: string;
  /** What is computed, for the documentation's table. */
  readonly computes: string;
  /** Values that it can take. */
  readonly range: string;
  /** Whether each generated image has its own value, whose mean it is; else only a whole set has one. */
  readonly per: "image" | "set";
  readonly features: FeatureSpec;
  /** Whether real images take part. */
  readonly comparesWithReal: boolean;
  /** Whether each generated image is compared with the photograph that its caption describes. */
  readonly comparesPairs?: true;
  /** For metrics that read captions: what is put before each. */
  readonly captionPrefix?: string;
  /** For metrics that find the nearest real image: which network judges, and what a high value is worth. */
  readonly copies?: { readonly network: string; readonly caution: string };
  /** The implementation: a name of `measures` in lib/metrics/measures/measures.ts. */
  readonly measure: string;
  /** The program that it agrees with, and the paper. */
  readonly reference: string;
};
