/** What turns pictures into feature vectors, whatever network stands behind it. */
import type { RgbImage } from "@/lib/images/pixels";

/** More pictures at once cost memory and hardly save time. */
export const PICTURES_PER_BATCH = 8;

export interface FeatureExtractor {
  /** Values per picture. */
  readonly dims: number;
  /** The feature vectors of at most as many pictures as it was opened for, row-major [pictures, dims]. */
  extract(pictures: readonly RgbImage[]): Promise<Float32Array>;
  release(): Promise<void>;
}
