/** The sides at which images and photographs can be compared, and which of a sample's two images that concerns. */
import { SemblanceError } from "@/lib/errors";

/** Sides of GLIDE's two parts: 64 px of the base, 256 px of the upsampler. */
export const evaluationSidesPx = [64, 256] as const;

type Part = { options: unknown };

/** A sample set as far as it says how large its images are. */
export type SizedSampleSet = {
  /** Null for imported images. */
  readonly baseCheckpoint: Part | null;
  readonly upsamplerCheckpoint: Part | null;
  readonly shortestSidePx: number | null;
};

/** Side in pixels of what a model part draws; 64 where its options do not say. */
export function drawnSidePx({ options }: Part): number {
  const side = (options as { image_size?: unknown } | null)?.image_size;
  return typeof side === "number" ? side : 64;
}

/** Side in pixels of a set's finished images; of imported ones the shortest side of any. */
export function finishedSidePx({
  baseCheckpoint,
  upsamplerCheckpoint,
  shortestSidePx,
}: SizedSampleSet): number {
  const part = upsamplerCheckpoint ?? baseCheckpoint;
  return part ? drawnSidePx(part) : (shortestSidePx ?? evaluationSidesPx[0]);
}

/**
 * Whether a set's images are those of its base model at this side, before they were upsampled.
 *
 * @throws SemblanceError `invalid_input` for a side that the set's images would have to be enlarged to
 */
export function comparesBaseImages(
  set: SizedSampleSet & { readonly name: string },
  sidePx: number | null,
): boolean {
  const finishedPx = finishedSidePx(set);
  if (sidePx !== null && sidePx > finishedPx) {
    throw new SemblanceError(
      "invalid_input",
      `The images of “${set.name}” are ${finishedPx} px wide and cannot be compared at ${sidePx} px.`,
      {
        remedy: set.baseCheckpoint
          ? "Compare at a smaller size, or draw with an upsampler."
          : "Compare at a smaller size.",
        details: { field: "sidePx" },
      },
    );
  }
  const { baseCheckpoint: base, upsamplerCheckpoint: upsampler } = set;
  return sidePx !== null && base !== null && upsampler !== null && sidePx <= drawnSidePx(base);
}
