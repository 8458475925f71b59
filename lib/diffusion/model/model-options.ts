/** The options that describe a GLIDE model: the reference's names, its defaults, and what they resolve to. */
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { counted } from "@/lib/text/counted";

/** The rows of GPT-2's byte-pair vocabulary, and so of every published token table. */
export const GPT2_VOCABULARY_SIZE = 50_257;

const whole = z.number().int();

/**
 * The upper limits are far above every published model. They keep options from an untrusted file from requesting a
 * graph that takes minutes or all memory to describe.
 */
const modelOptionsSchema = z.strictObject({
  image_size: whole.min(8).max(2048),
  num_channels: whole.min(1).max(8192),
  num_res_blocks: whole.min(1).max(32),
  /** Comma-separated whole numbers, or empty for the published multipliers of 64, 128 and 256 pixels. */
  channel_mult: z.string().max(100),
  num_heads: whole.min(1),
  /** Channels per attention head; -1 takes num_heads heads instead. */
  num_head_channels: whole.min(-1),
  /** Heads in the enlarging half where num_head_channels is -1; -1 takes num_heads. */
  num_heads_upsample: whole.min(-1),
  /** Comma-separated sides, in pixels, of the feature maps that attend. */
  attention_resolutions: z.string().max(100),
  dropout: z.number().min(0).lt(1),
  text_ctx: whole.min(1).max(16_384),
  /** Width of the text transformer; 0 makes a model without text. */
  xf_width: whole.min(0).max(65_536),
  xf_layers: whole.min(0).max(256),
  xf_heads: whole.min(1).max(1024),
  xf_final_ln: z.boolean(),
  xf_padding: z.boolean(),
  diffusion_steps: whole.min(1).max(100_000),
  noise_schedule: z.enum(["squaredcos_cap_v2", "linear"]),
  timestep_respacing: z.string(),
  use_scale_shift_norm: z.boolean(),
  resblock_updown: z.boolean(),
  /** Accepted for the sake of published files; the engine computes in float32. */
  use_fp16: z.boolean(),
  /** Accepted for the sake of published files; the text is always encoded once per caption. */
  cache_text_emb: z.boolean(),
  inpaint: z.boolean(),
  super_res: z.boolean(),
  /** Rows of the token table: not an option of the reference, where it is always GPT-2's. */
  vocabulary_size: whole.min(1).max(10_000_000),
  /**
   * Groups of the group norms: not an option of the reference, where they are always 32, 6 channels each at the
   * published width. A narrow model needs fewer: groups of one channel remove every channel's mean, and with it the
   * colours of the whole image.
   */
  norm_groups: whole.min(1).max(8192),
});

/** A model's options under the names that the reference's JSON-like dictionaries use. */
export type ModelOptions = Readonly<z.infer<typeof modelOptionsSchema>>;

/** The reference's defaults for the text-to-image base model: the published 64-pixel model. */
export const baseDefaults: ModelOptions = {
  image_size: 64,
  num_channels: 192,
  num_res_blocks: 3,
  channel_mult: "",
  num_heads: 1,
  num_head_channels: 64,
  num_heads_upsample: -1,
  attention_resolutions: "32,16,8",
  dropout: 0.1,
  text_ctx: 128,
  xf_width: 512,
  xf_layers: 16,
  xf_heads: 8,
  xf_final_ln: true,
  xf_padding: true,
  diffusion_steps: 1000,
  noise_schedule: "squaredcos_cap_v2",
  timestep_respacing: "",
  use_scale_shift_norm: true,
  resblock_updown: true,
  use_fp16: true,
  cache_text_emb: false,
  inpaint: false,
  super_res: false,
  vocabulary_size: GPT2_VOCABULARY_SIZE,
  norm_groups: 32,
};

/** The reference's defaults for the upsampler: the published 64 → 256 model. */
export const upsamplerDefaults: ModelOptions = {
  ...baseDefaults,
  image_size: 256,
  num_res_blocks: 2,
  noise_schedule: "linear",
  super_res: true,
};

/**
 * Reads options from the content of a JSON file; missing ones take the reference's default for the kind of model.
 *
 * @param source names the file in error messages.
 * @throws SemblanceError `invalid_input` naming every option at fault; for options that contradict each other.
 */
export function parseModelOptions(values: unknown, source = "The model options"): ModelOptions {
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new SemblanceError("invalid_input", `${source}: not a JSON object of options.`, {
      remedy: 'Give one JSON object with the reference\'s option names, such as {"image_size": 64}.',
    });
  }
  const defaults = "super_res" in values && values.super_res === true ? upsamplerDefaults : baseDefaults;
  const parsed = modelOptionsSchema.safeParse({ ...defaults, ...values });
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) =>
      issue.path.length > 0 ? `${issue.path.join(".")}: ${issue.message}` : issue.message,
    );
    throw new SemblanceError("invalid_input", `${source}: ${faults.join("; ")}.`, {
      remedy: "Correct the named options. Their names and types are those of openai/glide-text2im.",
    });
  }
  resolveArchitecture(parsed.data, source);
  return parsed.data;
}

/** A model's resolved options: every size as a number, ready to build a graph from. */
export type ModelArchitecture = {
  readonly imageSizePx: number;
  /** Whether the known part of an image and its mask are inputs in addition to the noisy image. */
  readonly inpaints: boolean;
  /** The predicted noise in channels 0–2, the interpolation of the log variance in channels 3–5. */
  readonly outChannels: 6;
  readonly baseChannels: number;
  readonly timestepChannels: number;
  readonly residualBlocks: number;
  readonly channelMultipliers: readonly number[];
  /** Whether the feature maps of each level attend, in the order of `channelMultipliers`. */
  readonly attends: readonly boolean[];
  /** Attention heads of a block of that many channels. */
  readonly headsOf: (channels: number, half: "shrinking" | "enlarging") => number;
  readonly scaleShiftNorm: boolean;
  readonly normGroups: number;
  readonly residualResampling: boolean;
  /** Null for a model without text. */
  readonly text: TextArchitecture | null;
  /** Side of the image that an upsampler enlarges; null for a base model. */
  readonly lowResSizePx: number | null;
};

export type TextArchitecture = {
  readonly contextTokens: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly finalNorm: boolean;
  readonly learnedPadding: boolean;
  readonly vocabularySize: number;
};

/** An upsampler enlarges its low-resolution image by this factor, as the published one does (64 → 256). */
export const enlargement = 4;

const publishedMultipliers: Readonly<Record<number, readonly number[]>> = {
  64: [1, 2, 3, 4],
  128: [1, 1, 2, 3, 4],
  256: [1, 1, 2, 2, 4, 4],
};

/**
 * Computes the sizes that the options imply.
 *
 * @throws SemblanceError `invalid_input` if sizes are not divisible as required; the message names the option.
 */
export function resolveArchitecture(options: ModelOptions, source = "The model options"): ModelArchitecture {
  const refuse = (message: string, remedy: string): never => {
    throw new SemblanceError("invalid_input", `${source}: ${message}`, { remedy });
  };
  const channelMultipliers = parseMultipliers(options, refuse);
  const attends = parseAttention(options, channelMultipliers.length, refuse);
  for (const multiplier of channelMultipliers) {
    const channels = multiplier * options.num_channels;
    if (channels % options.norm_groups !== 0) {
      refuse(
        `num_channels ${options.num_channels} × multiplier ${multiplier} is not divisible by norm_groups ${options.norm_groups}.`,
        `Choose num_channels so that every level's width is a multiple of ${options.norm_groups}.`,
      );
    }
  }
  const headsOf = (channels: number, half: "shrinking" | "enlarging"): number => {
    if (options.num_head_channels !== -1) return channels / options.num_head_channels;
    return half === "enlarging" && options.num_heads_upsample !== -1
      ? options.num_heads_upsample
      : options.num_heads;
  };
  const attendingWidths = channelMultipliers
    .filter((_, level) => attends[level] || level === channelMultipliers.length - 1)
    .map((multiplier) => multiplier * options.num_channels);
  for (const channels of attendingWidths) {
    for (const half of ["shrinking", "enlarging"] as const) {
      const heads = headsOf(channels, half);
      if (!Number.isInteger(heads) || heads < 1 || channels % heads !== 0) {
        refuse(
          `${channels} channels of an attention block cannot be divided evenly among its heads.`,
          "Choose num_head_channels (or num_heads) that divides the width of every level with attention.",
        );
      }
    }
  }
  return {
    imageSizePx: options.image_size,
    inpaints: options.inpaint,
    outChannels: 6,
    baseChannels: options.num_channels,
    timestepChannels: 4 * options.num_channels,
    residualBlocks: options.num_res_blocks,
    channelMultipliers,
    attends,
    headsOf,
    scaleShiftNorm: options.use_scale_shift_norm,
    normGroups: options.norm_groups,
    residualResampling: options.resblock_updown,
    text: resolveText(options, refuse),
    lowResSizePx: options.super_res ? options.image_size / enlargement : null,
  };
}

type Refuse = (message: string, remedy: string) => never;

function parseMultipliers(options: ModelOptions, refuse: Refuse): readonly number[] {
  const { image_size: imageSize, channel_mult: text } = options;
  if (text === "") {
    return (
      publishedMultipliers[imageSize] ??
      refuse(
        `image_size ${imageSize} has no default multipliers; 64, 128 and 256 do.`,
        'Give channel_mult, such as "1,2,3".',
      )
    );
  }
  const multipliers = parseNumbers(text);
  if (multipliers === null || multipliers.length === 0) {
    return refuse(
      `channel_mult "${text}" is not a list of whole numbers.`,
      'Write channel_mult as "1,2,3,4".',
    );
  }
  if (2 ** (multipliers.length + 2) !== imageSize) {
    refuse(
      `channel_mult "${text}" has ${counted(multipliers.length, "level", "levels")}, which fits images of ${2 ** (multipliers.length + 2)} pixels, not image_size ${imageSize}.`,
      "The smallest feature map is 8 pixels wide: give one multiplier per halving down to 8, and one for 8.",
    );
  }
  return multipliers;
}

function parseAttention(options: ModelOptions, levels: number, refuse: Refuse): readonly boolean[] {
  const { attention_resolutions: text, image_size: imageSize } = options;
  const sides = text === "" ? [] : parseNumbers(text);
  if (sides === null) {
    return refuse(
      `attention_resolutions "${text}" is not a list of whole numbers.`,
      'Write it as "32,16,8".',
    );
  }
  const downsamplings = new Set(sides.map((side) => Math.floor(imageSize / side)));
  return Array.from({ length: levels }, (_, level) => downsamplings.has(2 ** level));
}

function resolveText(options: ModelOptions, refuse: Refuse): TextArchitecture | null {
  if (options.xf_width === 0) return null;
  if (options.xf_width % options.xf_heads !== 0) {
    refuse(
      `xf_heads ${options.xf_heads} does not divide xf_width ${options.xf_width}.`,
      "Choose xf_heads that divides xf_width.",
    );
  }
  return {
    contextTokens: options.text_ctx,
    width: options.xf_width,
    layers: options.xf_layers,
    heads: options.xf_heads,
    finalNorm: options.xf_final_ln,
    learnedPadding: options.xf_padding,
    vocabularySize: options.vocabulary_size,
  };
}

/** "32,16,8" as numbers of at least 1, or null where it is anything else. */
function parseNumbers(text: string): number[] | null {
  const numbers = text.split(",").map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  return numbers.every((number) => number >= 1) ? numbers : null;
}
