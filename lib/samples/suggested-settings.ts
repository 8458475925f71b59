/** Settings that suit a model, where nobody has chosen others: GLIDE's for models of its size, others for small ones. */
import {
  guidanceScales,
  type SampleSettings,
  sampleSettings,
  upsamplerSettingNames,
} from "../diffusion/sampling/sample-settings";

/** A model's options, under the reference's names. */
type Options = Readonly<Record<string, unknown>>;

/** GLIDE has 192 channels. What is trained from nothing on one machine is narrower, and never trained as long. */
const leastChannelsOfWideModels = 128;

function isWide({ num_channels }: Options): boolean {
  return Number(num_channels) >= leastChannelsOfWideModels;
}

type BaseSettings = Pick<SampleSettings, "sampler" | "steps">;
type UpsamplerSettings = Pick<SampleSettings, (typeof upsamplerSettingNames)[number]>;

/**
 * Deterministic solvers leave small models' images speckled. The stochastic one needs eight steps for the scores of GLIDE's 100
 * ancestral ones (docs/measurements/samplers.md).
 */
export function suggestBaseSettings(options: Options): BaseSettings {
  if (!isWide(options)) return { sampler: "sde-dpm-solver++", steps: 8 };
  const { sampler, steps } = sampleSettings.parse({});
  return { sampler, steps };
}

/**
 * Eight steps of UniPC have better scores than GLIDE's 27 of DDIM. A small upsampler that starts from noise darkens, so that it
 * takes the last half of them, from the enlarged sample (docs/measurements/samplers.md). Images are completed as in GLIDE's notebook.
 */
export function suggestUpsamplerSettings(options: Options): UpsamplerSettings {
  const { upsampleSampler, upsampleRespacing, upsampleTemperature, upsampleStrength } = sampleSettings.parse(
    {},
  );
  if (options.inpaint === true) {
    return { upsampleSampler, upsampleRespacing, upsampleTemperature, upsampleStrength };
  }
  return {
    upsampleSampler: "unipc",
    upsampleRespacing: "8",
    upsampleTemperature,
    upsampleStrength: isWide(options) ? upsampleStrength : 0.5,
  };
}

/** What suits the models. Whoever has chosen one setting of a part gets no suggestion for its others. */
export function suggestUnlessGiven(
  given: Readonly<Record<string, unknown>>,
  base: { readonly suggested: Partial<SampleSettings> } | undefined,
  upsampler: { readonly suggested: Partial<SampleSettings> } | undefined,
): Partial<SampleSettings> {
  const isGiven = (names: readonly string[]) => names.some((name) => given[name] !== undefined);
  return {
    ...(isGiven(["sampler", "steps"]) ? {} : base?.suggested),
    ...(isGiven(upsamplerSettingNames) ? {} : upsampler?.suggested),
  };
}

/**
 * Scales of CLIP guidance that a comparison tries first, and the one that a single set begins with: the last. The gradient is
 * multiplied by the noised CLIP's own logit scale, 100 in GLIDE's and 15 in the demo's, so that the notebook's 3 is weak with
 * the latter; 10 corrects most furs (docs/measurements/demo.md).
 */
export function suggestClipScales(clip: "published" | "demo"): readonly number[] {
  return clip === "demo"
    ? [3, 10]
    : [1, guidanceScales({ ...sampleSettings.parse({}), guidance: "clip" }).clip!];
}
