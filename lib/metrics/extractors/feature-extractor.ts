/** What turns images into feature vectors, whatever network stands behind it. */
import type { RgbImage } from "@/lib/images/pixels";

/** More images at once cost memory and hardly save time. */
export const IMAGES_PER_BATCH = 8;

export interface FeatureExtractor {
  /** Values per image. */
  readonly dims: number;
  /** The feature vectors of at most as many images as it was opened for, row-major [images, dims]. */
  extract(images: readonly RgbImage[]): Promise<Float32Array>;
  release(): Promise<void>;
}
