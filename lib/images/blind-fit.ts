/** How images of different sizes and aspects become the images that raters see. */

/**
 * crop: the centred square. fit: the whole image within the square, on grey. area: the whole image at its own aspect, as
 * large in area as the square; an arm whose images have an aspect of their own can then be told by it.
 */
export const blindFits = ["crop", "fit", "area"] as const;
export type BlindFit = (typeof blindFits)[number];

export type ImageSize = { readonly widthPx: number; readonly heightPx: number };

/** Side of the largest square into which an image is brought without being enlarged. */
export function fittingSidePx(fit: BlindFit, { widthPx, heightPx }: ImageSize): number {
  switch (fit) {
    case "crop":
      return Math.min(widthPx, heightPx);
    case "fit":
      return Math.max(widthPx, heightPx);
    case "area":
      return Math.floor(Math.sqrt(widthPx * heightPx));
  }
}

/** Size of the blind image of an image. */
export function blindSize(fit: BlindFit, sidePx: number, { widthPx, heightPx }: ImageSize): ImageSize {
  if (fit !== "area") return { widthPx: sidePx, heightPx: sidePx };
  const stretch = Math.sqrt(widthPx / heightPx);
  return {
    widthPx: Math.max(1, Math.round(sidePx * stretch)),
    heightPx: Math.max(1, Math.round(sidePx / stretch)),
  };
}

/** "the centred square of each, 256 × 256 px" */
export function blindFitToText(fit: BlindFit, sidePx: number): string {
  switch (fit) {
    case "crop":
      return `the centred square of each, ${sidePx} × ${sidePx} px`;
    case "fit":
      return `the whole of each, within ${sidePx} × ${sidePx} px on grey`;
    case "area":
      return `the whole of each at its own aspect, with the area of ${sidePx} × ${sidePx} px`;
  }
}
