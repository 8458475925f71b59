/** What an augmentation is. Each is a file of this folder and a line of the registry. */
import type { Random } from "@/lib/numerics/random";

/** What a caption may say of an image that an augmentation can make untrue. */
export const captionSubjects = ["side", "size", "orientation", "colour", "light", "sharpness"] as const;
export type CaptionSubject = (typeof captionSubjects)[number];

/** How a model is told that an image was worsened: by words after its caption, in its timestep's embedding, or not. */
export const degradedMarks = ["words", "embedding", "none"] as const;
export type DegradedMark = (typeof degradedMarks)[number];

export type AmountRange = {
  /** What the amount is, such as "Angle". */
  readonly label: string;
  readonly unit?: string;
  /** The smallest and largest amount that may be asked for. */
  readonly least: number;
  readonly most: number;
  /** The range that is suggested. */
  readonly from: number;
  readonly to: number;
};

export type Augmentation = {
  readonly title: string;
  /** What it does, in a sentence. */
  readonly description: string;
  /** Number of its random stream. Never changes and is not used again, so that runs draw what they drew. */
  readonly stream: number;
  /** Its amount is uniform in a range; null: it either happens or does not. */
  readonly range: AmountRange | null;
  /** Captions that name one of these may no longer fit. */
  readonly changes: readonly CaptionSubject[];
  /** What a worsened image is called, such as "blurred"; null: the image stays as good as it was. */
  readonly degradation: string | null;
  /** Whether it moves pixels, so that it is best done before an image is made small. */
  readonly movesPixels: boolean;
  /**
   * A new image; `pixels` is not changed.
   *
   * @param pixels [3, size, size] in [-1, 1]
   * @param random decides everything but the amount
   */
  readonly apply: (pixels: Float32Array, amount: number, random: Random) => Float32Array;
};

/** Side of a square image [3, size, size]. */
export function sideOf(pixels: Float32Array): number {
  return Math.round(Math.sqrt(pixels.length / 3));
}
