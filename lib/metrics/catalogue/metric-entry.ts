/** The description of a metric, without its implementation. Data only, so that pages can load it. */
import type { FeatureSpec } from "./feature-spec";

export type MetricEntry = {
  /** Short, for pages. */
  readonly label: string;
  /** In full, for recipes and the command line. */
  readonly title: string;
  readonly better: "lower" | "higher";
  /** What it measures, in a sentence or two. */
  readonly words: string;
  /** What is computed, for the documentation's table. */
  readonly computes: string;
  /** Its range of values. */
  readonly range: string;
  /** Whether it is the mean of one value per generated image; otherwise only a whole set has a value. */
  readonly per: "image" | "set";
  readonly features: FeatureSpec;
  /** Whether it needs real images. */
  readonly comparesWithReal: boolean;
  /** Whether each generated image is compared with the photograph that its caption describes. */
  readonly comparesPairs?: true;
  /** For metrics that read captions: what is put before each. */
  readonly captionPrefix?: string;
  /** For metrics that find the nearest real image: which network compares them, and what a high value means. */
  readonly copies?: { readonly network: string; readonly caution: string };
  /** The implementation: a name of `measures` in lib/metrics/measures/measures.ts. */
  readonly measure: string;
  /** The reference implementation, and the paper. */
  readonly reference: string;
};
