/** An image file and the captions that may be drawn for it. */
import type { CaptionSubject } from "./augmentation/augmentation";

export type CaptionedImage = {
  readonly path: string;
  /** What people know it by, such as its path in its dataset; absent: the file's name. */
  readonly name?: string | undefined;
  readonly captions: readonly string[];
  /** Of the file, where it is known and the file cannot change; absent: it is computed. */
  readonly sha256?: string;
  /** How often an epoch draws it, compared with the mean of all images; absent: 1. */
  readonly weight?: number;
  /** Of each caption, what it names that augmentations can make untrue; absent: nothing. */
  readonly subjects?: readonly (readonly CaptionSubject[])[];
};
