/** Everything besides checkpoint, caption and seed that determines a sample; stored with every image. */
import { z } from "zod";
import { precisions } from "@/lib/engine/graph/precision";
import { counted } from "@/lib/text/counted";
import {
  type OwnSamplerSettings,
  ownSettings,
  type SamplerName,
  samplerNamed,
  samplerNames,
  samplers,
} from "../samplers";
import { setting, settingText, settingWords } from "../settings/setting";

const defaultSampler: SamplerName = "dpm-solver++";

/** That of GLIDE's notebook for CLIP guidance. */
const defaultClipScale = 3;

const samplerTitles = Object.fromEntries(samplers.map(({ name, title }) => [name, title]));

const anySettings = z.object({
  sampler: setting(z.enum(samplerNames).default(defaultSampler), {
    label: "Sampler",
    description: "Sampler",
    titles: samplerTitles,
  }),
  ...optionalSamplerSettings(),
  steps: setting(z.number().int().min(1).max(1000).default(samplerNamed(defaultSampler).defaultSteps), {
    label: "Steps",
    description: "Evaluations of the base model per sample",
  }),
  guidance: setting(z.enum(["none", "classifier-free", "clip", "both"]).default("classifier-free"), {
    label: "Guidance",
    description: "What draws samples towards their caption; clip and both need the noised CLIP",
    titles: {
      none: "None",
      "classifier-free": "Classifier-free",
      clip: "CLIP",
      both: "Classifier-free and CLIP",
    },
  }),
  guidanceScale: setting(z.number().min(0).max(50).default(3), {
    label: "Guidance scale",
    description: "Scale of classifier-free guidance: how closely to follow the caption",
    help: "3 in GLIDE’s notebook. 1 means no guidance.",
  }),
  clipGuidanceScale: setting(z.number().min(0).max(50).optional(), {
    label: "CLIP guidance scale",
    description: `Scale of CLIP guidance (default: ${defaultClipScale})`,
    help: "3 in GLIDE’s notebook. 0 means no CLIP guidance.",
  }),
  upsampleSampler: setting(z.enum(samplerNames).default("ddim"), {
    label: "Upsampler’s sampler",
    description: "Sampler of the upsampler; where an image is completed, it is ancestral",
    help: "DDIM in GLIDE’s notebook.",
    titles: samplerTitles,
  }),
  upsampleRespacing: setting(
    z
      .string()
      .regex(/^(fast27|\d{1,4})$/, "fast27, or a number of steps.")
      .default("fast27"),
    {
      label: "Upsampler’s steps",
      description: "Steps of the upsampler: GLIDE's fast27, or a number of steps",
      help: "fast27 or a number.",
    },
  ),
  upsampleTemperature: setting(z.number().positive().max(2).default(0.997), {
    label: "Upsampler’s temperature",
    description: "Factor on the upsampler's initial noise",
    help: "0.997 in GLIDE’s notebook.",
  }),
  /**
   * GLIDE's 1 starts from noise alone; below, from the enlarged base image with as much noise as the process then has
   * (SDEdit: Meng et al. 2022, arXiv 2108.01073), which keeps colours that a young upsampler would not find again.
   */
  upsampleStrength: setting(z.number().positive().max(1).default(1), {
    label: "Upsampler’s strength",
    description: "Share of the upsampler's process to run; below 1 it starts from the enlarged base sample",
    help: "1 in GLIDE. Below 1, it starts from the enlarged base sample, which helps upsamplers with little training.",
  }),
  samplingPrecision: setting(z.enum(precisions).default("float32"), {
    label: "Precision",
    description:
      "How a graphics card stores weights and values: half takes half the memory, and needs WebGPU",
    help: "On a graphics card, half precision takes half the memory, and samples differ slightly. Needs a worker with WebGPU.",
    titles: { float32: "32 bits (float32)", half: "16 bits (half)" },
  }),
  samplesPerCaption: setting(z.number().int().min(1).max(64).default(1), {
    label: "Samples per caption",
    description: "Samples per caption",
    help: "Each with its own seed.",
  }),
  firstSeed: setting(
    z
      .number()
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(0),
    {
      label: "First seed",
      description: "Seed of each caption's first sample; further samples use the following seeds",
      help: "Use the same in sets that you want to compare.",
    },
  ),
});

/** @throws ZodError also for a setting that the chosen sampler does not have */
export const sampleSettings = anySettings.superRefine((settings, context) => {
  const { title, settings: own } = samplerNamed(settings.sampler);
  for (const name of ownSettingNames) {
    if (settings[name] === undefined || name in own) continue;
    context.addIssue({ code: "custom", path: [name], message: `${title} does not take this setting.` });
  }
  if (settings.clipGuidanceScale !== undefined && !usesClip(settings)) {
    context.addIssue({
      code: "custom",
      path: ["clipGuidanceScale"],
      message: "Only CLIP guidance takes this setting.",
    });
  }
});

export type SampleSettings = z.infer<typeof sampleSettings>;

/** The settings of each sample, without the number of samples and their seeds. */
export function settingsOfEach({
  samplesPerCaption: _samples,
  firstSeed: _seed,
  ...settings
}: SampleSettings) {
  return settings;
}

/** The seeds of a caption's samples. */
export function seedsOf({
  firstSeed,
  samplesPerCaption,
}: Pick<SampleSettings, "firstSeed" | "samplesPerCaption">): number[] {
  return Array.from({ length: samplesPerCaption }, (_, number) => firstSeed + number);
}

export function usesClassifierFree({ guidance }: Pick<SampleSettings, "guidance">): boolean {
  return guidance === "classifier-free" || guidance === "both";
}

/** Whether samples are guided by CLIP, which must then be installed. */
export function usesClip({ guidance }: Pick<SampleSettings, "guidance">): boolean {
  return guidance === "clip" || guidance === "both";
}

/** The effective guidance scales: 1 without classifier-free guidance, null without CLIP. */
export function guidanceScales(
  settings: Pick<SampleSettings, "guidance" | "guidanceScale" | "clipGuidanceScale">,
): { classifierFree: number; clip: number | null } {
  const { guidanceScale, clipGuidanceScale = defaultClipScale } = settings;
  return {
    classifierFree: usesClassifierFree(settings) ? guidanceScale : 1,
    clip: usesClip(settings) ? clipGuidanceScale : null,
  };
}

type Optional = {
  [Key in keyof OwnSamplerSettings]: z.ZodOptional<z.ZodType<z.output<OwnSamplerSettings[Key]>>>;
};

/** Settings of single samplers. Missing ones have the sampler's default, and images from other samplers do not store them. */
function optionalSamplerSettings(): Optional {
  const optional: Record<string, z.ZodType> = {};
  for (const { title, settings } of samplers) {
    for (const [name, type] of Object.entries<z.ZodDefault>(settings)) {
      const text = settingText(type);
      const value = type.unwrap() as z.ZodType;
      const description = `${title}: ${lowerFirst(text.description)} (default: ${type.parse(undefined)})`;
      optional[name] = setting(value.optional(), { ...text, description });
    }
  }
  return optional as Optional;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The settings of a sampler that only some samplers take, by name. */
export const ownSettingNames = samplers.flatMap(({ settings }) =>
  Object.keys(settings),
) as (keyof OwnSamplerSettings)[];

/** Settings that only matter where there is an upsampler. */
export const upsamplerSettingNames = [
  "upsampleSampler",
  "upsampleRespacing",
  "upsampleTemperature",
  "upsampleStrength",
] as const;

/** How a set is drawn, in words: "50 steps of DDIM, eta 0, guidance 3". */
export function samplingWords({ sampler, steps, ...given }: SampleSettings): string {
  const { title, settings } = samplerNamed(sampler);
  const types: Readonly<Record<string, z.ZodType>> = settings;
  const own = Object.entries(ownSettings(sampler, given)).map(
    ([name, value]) =>
      `, ${settingText(types[name]!).label.toLowerCase()} ${settingWords(types[name]!, value)}`,
  );
  return `${counted(steps, "step", "steps")} of ${title}${own.join("")}, ${guidanceWords(given)}`;
}

/** "guidance 3, CLIP guidance 1" */
export function guidanceWords(
  settings: Pick<SampleSettings, "guidance" | "guidanceScale" | "clipGuidanceScale">,
): string {
  const { clip } = guidanceScales(settings);
  const words = [
    ...(usesClassifierFree(settings) ? [`guidance ${settings.guidanceScale}`] : []),
    ...(clip === null ? [] : [`CLIP guidance ${clip}`]),
  ];
  return words.join(", ") || "no guidance";
}
