/** What workers render of an image. */

/** Shorter sides of the smaller images that the dashboard shows; a few, so that browsers find what they have already. */
export const screenSidesPx = [128, 256, 512] as const;

export type ScreenSidePx = (typeof screenSidesPx)[number];

export type ScreenKind = "whole" | `side-${ScreenSidePx}`;

/** `blind-N` is the square of N pixels that raters of a study get, for its preview. */
export type RenditionKind = ScreenKind | `blind-${number}`;

/** Made of every image as soon as it is in the store. */
export const screenKinds: readonly ScreenKind[] = [
  "whole",
  ...screenSidesPx.map((sidePx) => `side-${sidePx}` as const),
];

/** The side of a blind rendition, null for other kinds. */
export function blindSidePx(kind: string): number | null {
  const side = /^blind-(\d+)$/.exec(kind)?.[1];
  return side === undefined ? null : Number(side);
}
