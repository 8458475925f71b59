/** Settings that suit a model, where nobody has chosen others: GLIDE's for models of its size, others for small ones. */
import { guidanceScales, type SampleSettings, sampleSettings } from "../diffusion/sampling/sample-settings";

/** A model's options, under the reference's names. */
type Options = Readonly<Record<string, unknown>>;

/** GLIDE has 192 channels. What is trained from nothing on one machine is narrower, and never trained as long. */
const leastChannelsOfWideModels = 128;

function isWide({ num_channels }: Options): boolean {
  return Number(num_channels) >= leastChannelsOfWideModels;
}

/** The default solver draws small models' images speckled or tinted; 50 ancestral steps do not (docs/measurements/demo.md). */
export function suggestBaseSettings(options: Options): Pick<SampleSettings, "sampler" | "steps"> {
  if (!isWide(options)) return { sampler: "ancestral", steps: 50 };
  const { sampler, steps } = sampleSettings.parse({});
  return { sampler, steps };
}

/** At GLIDE's temperature a small upsampler leaves grain, and started from noise alone it darkens (docs/measurements/demo.md). */
export function suggestUpsamplerSettings(
  options: Options,
): Pick<SampleSettings, "upsampleRespacing" | "upsampleTemperature" | "upsampleStrength"> {
  if (!isWide(options)) return { upsampleRespacing: "27", upsampleTemperature: 0.9, upsampleStrength: 0.5 };
  const { upsampleRespacing, upsampleTemperature, upsampleStrength } = sampleSettings.parse({});
  return { upsampleRespacing, upsampleTemperature, upsampleStrength };
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
