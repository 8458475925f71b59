/** The models that forms offer for drawing samples. */
import { type CheckpointSummary, listCheckpoints } from "@/lib/checkpoints/list-checkpoints";
import { sharedSidePx } from "@/lib/checkpoints/matching-upsamplers";
import type { SampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { suggestBaseSettings, suggestUpsamplerSettings } from "./suggested-settings";

export type SamplingModel = {
  readonly id: string;
  readonly name: string;
  /** Side in pixels of the images that a base draws, or that an upsampler enlarges. */
  readonly sidePx: number;
  /** The settings that suit it. */
  readonly suggested: Partial<SampleSettings>;
};

/** As many as a list to choose from may have. */
const mostChoices = 500;

/** @param onlyInpainting leaves out the bases that cannot complete images */
export async function listSamplingModels({
  onlyInpainting = false,
} = {}): Promise<{ bases: SamplingModel[]; upsamplers: SamplingModel[] }> {
  const { checkpoints } = await listCheckpoints({ pageSize: mostChoices });
  const bases = checkpoints.filter(
    ({ part, options }) => part === "BASE" && (!onlyInpainting || options.inpaint === true),
  );
  const upsamplers = checkpoints.filter(({ part }) => part === "UPSAMPLER");
  return {
    bases: bases.map((base) => toSamplingModel(base, suggestBaseSettings)),
    upsamplers: upsamplers.map((upsampler) => toSamplingModel(upsampler, suggestUpsamplerSettings)),
  };
}

function toSamplingModel(
  checkpoint: CheckpointSummary,
  suggest: (options: CheckpointSummary["options"]) => Partial<SampleSettings>,
): SamplingModel {
  const { id, options, isBest } = checkpoint;
  const name = isBest ? `${checkpoint.name} (best by validation)` : checkpoint.name;
  return { id, name, sidePx: sharedSidePx(checkpoint), suggested: suggest(options) };
}
