/** An image file and the captions that may be drawn for it. */
export type CaptionedImage = {
  readonly path: string;
  /** What people know it by, such as its path in its dataset; absent: the file's name. */
  readonly name?: string | undefined;
  readonly captions: readonly string[];
  /** Of the file, where it is known and the file cannot change; absent: it is computed. */
  readonly sha256?: string;
};
