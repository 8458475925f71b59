/** The models that forms offer for drawing samples. */
import { type CheckpointSummary, listCheckpoints } from "@/lib/checkpoints/list-checkpoints";
import { sharedSidePx } from "@/lib/checkpoints/matching-upsamplers";
import type { SampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { checkpointsOfDemo } from "./demo-line";
import { isClipInstalled, type NoisedClipName } from "./installed-clip";
import { suggestBaseSettings, suggestClipScales, suggestUpsamplerSettings } from "./suggested-settings";

export type SamplingModel = {
  readonly id: string;
  readonly name: string;
  /** Side in pixels of the images that a base draws, or that an upsampler enlarges. */
  readonly sidePx: number;
  /** The settings that suit it. */
  readonly suggested: Partial<SampleSettings>;
};

export type SamplingBase = SamplingModel & {
  /** The noised CLIP that guides its samples, and the scales to try with it, ascending. */
  readonly clip: {
    readonly name: NoisedClipName;
    readonly isInstalled: boolean;
    readonly scales: readonly number[];
  };
};

/** As many as a list to choose from may have. */
const mostChoices = 500;

/** @param onlyInpainting leaves out the bases that cannot complete images */
export async function listSamplingModels({
  onlyInpainting = false,
} = {}): Promise<{ bases: SamplingBase[]; upsamplers: SamplingModel[] }> {
  const { checkpoints } = await listCheckpoints({ pageSize: mostChoices });
  const bases = checkpoints.filter(
    ({ part, options }) => part === "BASE" && (!onlyInpainting || options.inpaint === true),
  );
  const upsamplers = checkpoints.filter(({ part }) => part === "UPSAMPLER");
  const [ofDemo, hasPublished, hasDemo] = await Promise.all([
    checkpointsOfDemo(bases.map(({ id }) => id)),
    isClipInstalled("published"),
    isClipInstalled("demo"),
  ]);
  const clip = (name: NoisedClipName, isInstalled: boolean) => ({
    ...{ name, isInstalled },
    scales: suggestClipScales(name),
  });
  const [published, demo] = [clip("published", hasPublished), clip("demo", hasDemo)];
  return {
    bases: bases.map((base) => ({
      ...toSamplingModel(base, suggestBaseSettings),
      clip: ofDemo.has(base.id) ? demo : published,
    })),
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
