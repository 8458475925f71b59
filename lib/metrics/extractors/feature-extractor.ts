/** What turns pictures into feature vectors, whatever network stands behind it. */
import type { Picture } from "../picture";

export interface FeatureExtractor {
  /** The most pictures one call takes. */
  readonly batch: number;
  /** Values per picture. */
  readonly dims: number;
  /** The feature vectors of up to `batch` pictures, row-major [pictures, dims]. */
  extract(pictures: readonly Picture[]): Promise<Float32Array>;
  release(): Promise<void>;
}
