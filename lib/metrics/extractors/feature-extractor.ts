/** Turns images into feature vectors, with any network. */
import type { RgbImage } from "@/lib/images/pixels";

/** Larger batches cost memory and hardly save time. */
export const IMAGES_PER_BATCH = 8;

export interface FeatureExtractor {
  /** Values per image. */
  readonly dims: number;
  /** The feature vectors of at most as many images as it was opened for, row-major [images, dims]. */
  extract(images: readonly RgbImage[]): Promise<Float32Array>;
  release(): Promise<void>;
}
