/** An image as pages of the dashboard show it. */

export type ScreenImage = {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly widthPx: number;
  readonly heightPx: number;
};

export type ScreenImages = {
  /** The image at its own size; null where the file itself serves. */
  readonly whole: ScreenImage | null;
  /** By the length of the shorter side in pixels; null where `whole` serves, because the image is no larger. */
  readonly bySidePx: ReadonlyMap<number, ScreenImage | null>;
};
