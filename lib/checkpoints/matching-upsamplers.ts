/** Which upsampler enlarges what a base model draws: one whose low-resolution image is as large as the base's image. */
import { enlargement } from "@/lib/diffusion/model/model-options";
import { presetOptions } from "@/lib/diffusion/model/model-presets";
import { SemblanceError } from "@/lib/errors";
import type { ModelPart } from "@/lib/generated/prisma/enums";

/** A stored model; its options are complete since it was registered. */
export type SizedModel = { readonly name: string; readonly options: unknown };

/** Side in pixels of the images that a model draws. */
export function drawnSidePx({ options }: SizedModel): number {
  return (options as { image_size: number }).image_size;
}

/** Side in pixels of the images that an upsampler enlarges. */
export function enlargedSidePx(upsampler: SizedModel): number {
  return drawnSidePx(upsampler) / enlargement;
}

/** Side in pixels of the images that a model hands over to its other part, or takes from it. */
export function sharedSidePx(model: SizedModel & { readonly part: ModelPart }): number {
  return model.part === "BASE" ? drawnSidePx(model) : enlargedSidePx(model);
}

/** The same for a model trained from scratch, whatever its size. */
export const scratchSidePx = drawnSidePx({ name: "", options: presetOptions("tiny", "base") });

/**
 * @param field of the form, where the upsampler was chosen
 * @throws SemblanceError `invalid_input` naming both models and their sizes where they do not fit
 */
export function checkUpsamplerFits(base: SizedModel, upsampler: SizedModel, field: string): void {
  const [drawnPx, enlargedPx] = [drawnSidePx(base), enlargedSidePx(upsampler)];
  if (drawnPx === enlargedPx) return;
  throw new SemblanceError(
    "invalid_input",
    `“${base.name}” draws ${drawnPx} px images, but “${upsampler.name}” takes ${enlargedPx} px images.`,
    { remedy: `Choose an upsampler for ${drawnPx} px images, or none.`, details: { field } },
  );
}
