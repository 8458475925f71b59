/** What an image file's header says, before its pixels are decoded. */

export type ImageHeader = {
  readonly mediaType: string;
  /** Of the upright image. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Or pages; the first is what counts. */
  readonly frameCount: number;
  /** Whether all programs show the file's bytes as `decodeImage` reads them: opaque, one frame, upright, no inks. */
  readonly isPlain: boolean;
};
