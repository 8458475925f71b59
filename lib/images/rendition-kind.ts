/** What workers render of an image. */
import { type BlindFit, blindFits } from "./blind-fit";

/** Shorter sides of the smaller images that the dashboard shows; a few, so that browsers find what they have already. */
export const screenSidesPx = [128, 256, 512] as const;

export type ScreenSidePx = (typeof screenSidesPx)[number];

export type ScreenKind = "whole" | `side-${ScreenSidePx}`;

/**
 * What captioners get: as large as `side-N`, and never the file itself, whose metadata may say where and by whom it was taken.
 */
export type BareKind = `bare-${number}`;

/** What raters of a study get, for its preview: `blind-N` of N pixels where the square is cut out, else with the fit's name. */
export type RenditionKind = ScreenKind | BareKind | `blind-${number}` | `blind-${BlindFit}-${number}`;

/** Made of every image as soon as it is in the store. */
export const screenKinds: readonly ScreenKind[] = [
  "whole",
  ...screenSidesPx.map((sidePx) => `side-${sidePx}` as const),
];

export function blindKind(fit: BlindFit, sidePx: number): RenditionKind {
  return fit === "crop" ? `blind-${sidePx}` : `blind-${fit}-${sidePx}`;
}

/** The shorter side of a bare rendition in pixels, null for other kinds. */
export function readBareKind(kind: string): number | null {
  const [, side] = /^bare-(\d+)$/.exec(kind) ?? [];
  return side === undefined ? null : Number(side);
}

/** How a blind rendition is made, null for other kinds. */
export function readBlindKind(kind: string): { fit: BlindFit; sizePx: number } | null {
  const [, written = "crop", side] = /^blind-(?:([a-z]+)-)?(\d+)$/.exec(kind) ?? [];
  const fit = blindFits.find((each) => each === written);
  return side === undefined || fit === undefined ? null : { fit, sizePx: Number(side) };
}
