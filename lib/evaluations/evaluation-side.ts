/** The sides at which images and photographs can be compared, and which of a sample's two images that concerns. */
import { SemblanceError } from "@/lib/errors";

/** Sides of GLIDE's two parts: 64 px of the base, 256 px of the upsampler. */
export const evaluationSidesPx = [64, 256] as const;

type Part = { options: unknown };

/** Side in pixels of what a model part draws; 64 where its options do not say. */
export function drawnSidePx({ options }: Part): number {
  const side = (options as { image_size?: unknown } | null)?.image_size;
  return typeof side === "number" ? side : 64;
}

/**
 * Whether a set's images are those of its base model at this side, before they were upsampled.
 *
 * @throws SemblanceError `invalid_input` for a side that the set's images would have to be enlarged to
 */
export function comparesBaseImages(
  set: { name: string; baseCheckpoint: Part; upsamplerCheckpoint: Part | null },
  sidePx: number | null,
): boolean {
  const finishedPx = drawnSidePx(set.upsamplerCheckpoint ?? set.baseCheckpoint);
  if (sidePx !== null && sidePx > finishedPx) {
    throw new SemblanceError(
      "invalid_input",
      `The images of “${set.name}” are ${finishedPx} px wide and cannot be compared at ${sidePx} px.`,
      { remedy: "Compare at a smaller size, or draw with an upsampler.", details: { field: "sidePx" } },
    );
  }
  return sidePx !== null && set.upsamplerCheckpoint !== null && sidePx <= drawnSidePx(set.baseCheckpoint);
}
