/** How the demo's models are made: their sizes, settings and sets of images. */
import { type ModelOptions, parseModelOptions } from "@/lib/diffusion/model/model-options";
import { fineTuneSettings, type TrainingSettings } from "@/lib/diffusion/training/fine-tune-settings";
import type { WorldSet } from "../world/image-sets";

/** Captions of the demo's world have at most 30 tokens. */
const text = { text_ctx: 32, xf_width: 64, xf_layers: 3, xf_heads: 4 };

/**
 * The published base model's architecture, narrow and with one residual block per level. 4 channels in a group of the
 * norms are about what the published width has (6); with 1, seeds tinted whole images.
 */
const baseOptions: ModelOptions = parseModelOptions({
  image_size: 64,
  num_channels: 32,
  num_res_blocks: 1,
  channel_mult: "1,2,3,4",
  num_head_channels: 32,
  attention_resolutions: "16,8",
  norm_groups: 8,
  dropout: 0,
  ...text,
});

/** The published upsampler's architecture and multipliers, very narrow: most of the time goes into 256 pixels. */
const upsamplerOptions: ModelOptions = parseModelOptions({
  super_res: true,
  image_size: 256,
  num_channels: 16,
  num_res_blocks: 1,
  channel_mult: "1,1,2,2,4,4",
  num_head_channels: 32,
  attention_resolutions: "16,8",
  norm_groups: 4,
  dropout: 0,
  ...text,
});

const { preset: _preset, ...usual } = fineTuneSettings.parse({});

const common: TrainingSettings = {
  ...usual,
  epochs: 1,
  batchSize: 16,
  learningRate: 1e-3,
  emaDecay: 0.999,
  captionDropRate: 0.15,
  dropout: 0,
  // Images of the world are composed for their frame; a small model learns them sooner uncropped.
  cropAreaMin: 1,
  minSnrGamma: 5,
  seed: 1,
  previewEverySteps: 1000,
};

/** Lets the base learn from captions which colours the first steps have to begin. */
const snrFloor = 0.2;

const previewCaptions = [
  "a brown corgi sitting on grass with autumn leaves",
  "white poodle on a beach with waves",
  "close up of a golden retriever in the snow",
  "black dachshund standing on a couch",
];

/** Of the stages in which the base learns hues. */
const colours = { learningRate: 1.5e-3, emaDecay: 0.995, minSnrGamma: snrFloor, snrFloor } as const;

/** Of all phases of the base's fine-tune. */
const tuning: TrainingSettings = {
  ...common,
  learningRate: 5e-4,
  emaDecay: 0.995,
  snrFloor,
  previewCaptions,
  previewEverySteps: 300,
};

/** Images of the sets that are trained on and judged with. */
export const setSizes: Readonly<Record<WorldSet, number>> = {
  original: 6000,
  "real-training": 320,
  "real-held-out": 240,
  "clip-training": 4000,
};

const enlarging: TrainingSettings = {
  ...common,
  batchSize: 2,
  captionDropRate: 0,
  minSnrGamma: 0,
  emaDecay: 0.995,
};

const biased = { set: "original", count: setSizes.original, sizePx: 64 } as const;
const faithful = { set: "real-training", count: setSizes["real-training"], sizePx: 64 } as const;

/** One model to be trained. Its name is that of its folder and of the file that ships. */
export type TrainingStage = {
  readonly name: string;
  readonly options: ModelOptions;
  readonly settings: TrainingSettings;
  readonly images: { readonly set: WorldSet; readonly count: number; readonly sizePx: number };
  /** The stage whose model it starts from; null: random weights. */
  readonly startsFrom: string | null;
};

/** In an order in which each stage finds what it starts from. */
export const trainingStages: readonly TrainingStage[] = [
  {
    name: "base-beginning",
    options: baseOptions,
    settings: { ...common, epochs: 9, previewCaptions },
    images: biased,
    startsFrom: null,
  },
  {
    // The beginning draws dogs, but lets its first steps' noise decide their colours, as the floor's docstring says.
    name: "base-settings",
    options: baseOptions,
    settings: { ...common, epochs: 5, learningRate: 6e-4, snrFloor, previewCaptions },
    images: biased,
    startsFrom: "base-beginning",
  },
  {
    // Lets captions decide hues too: all but the noisiest timesteps count by the guessed image's error. The last
    // steps of sampling are unlearnt meanwhile, which the next stage repairs.
    name: "base-colours",
    options: baseOptions,
    settings: { ...common, ...colours, epochs: 3 },
    images: biased,
    startsFrom: "base-settings",
  },
  {
    name: "base-original",
    options: baseOptions,
    settings: { ...common, epochs: 2, learningRate: 6e-4, emaDecay: 0.995, snrFloor, previewCaptions },
    images: biased,
    startsFrom: "base-colours",
  },
  {
    name: "base-tuned-colours",
    options: baseOptions,
    settings: { ...tuning, ...colours, epochs: 50 },
    images: faithful,
    startsFrom: "base-original",
  },
  {
    name: "base-tuned",
    options: baseOptions,
    settings: { ...tuning, epochs: 30 },
    images: faithful,
    startsFrom: "base-tuned-colours",
  },
  {
    name: "upsampler-beginning",
    options: upsamplerOptions,
    settings: { ...enlarging, epochs: 1, learningRate: 1e-3, emaDecay: 0.99 },
    images: { set: "original", count: 1200, sizePx: 256 },
    startsFrom: null,
  },
  {
    name: "upsampler-original",
    options: upsamplerOptions,
    settings: { ...enlarging, epochs: 2, learningRate: 5e-4 },
    images: { set: "original", count: 1200, sizePx: 256 },
    startsFrom: "upsampler-beginning",
  },
  {
    name: "upsampler-tuned",
    options: upsamplerOptions,
    settings: { ...enlarging, epochs: 40, keepEpochs: [20], learningRate: 3e-4 },
    images: { set: "real-training", count: 32, sizePx: 256 },
    startsFrom: "upsampler-original",
  },
];
