/**
 * Every option of a training run, once. The schema of settings, the form and its groups, the facts on a run's page, the
 * command line, the reference and what a run is recognised by follow from this table: a new option is an entry here,
 * and the code that uses it.
 */
import { z } from "zod";
import { precisions } from "@/lib/engine/graph/precision";
import { loraLayers } from "../lora/lora-layers";
import { setting } from "../settings/setting";
import { degradedMarks } from "./augmentation/augmentation";
import { augmentationChoices } from "./augmentation/choice";
import { augmentationEntries } from "./augmentation/choice-entries";
import { learningRateSchedules } from "./learning-rate";
import { trainedParts } from "./trained-part";

/** Parts of the form, in their order. Fine ones wait behind a fold. */
export const trainingGroups = {
  start: {
    title: "Start",
    text: "Published weights already know many subjects. A model trained from scratch only knows your images.",
    isFine: false,
  },
  length: { title: "How long", text: "The number of steps depends on epochs and batch size.", isFine: false },
  previews: {
    title: "Previews",
    text: "Samples drawn during training, always from the same noise, so that they can be compared.",
    isFine: false,
  },
  validation: {
    title: "Validation",
    text: "The loss of images that the model does not learn from, always with the same noise and timesteps. If it rises while the training loss falls, the model memorises.",
    isFine: false,
  },
  prior: {
    title: "Prior preservation",
    text: "For a few images of one subject, such as your dog. Images of its class, such as any dogs, are learnt beside them, so that the model does not forget the class (DreamBooth).",
    isFine: true,
  },
  consistency: {
    title: "Consistency between captions",
    text: "For images with several captions. What the text encoder makes of captions of one image is drawn together, and of captions of different images apart.",
    isFine: true,
  },
  optimiser: {
    title: "Optimiser",
    text: "AdamW with gradient clipping and a moving average of the weights.",
    isFine: true,
  },
  memory: {
    title: "Memory and graphics card",
    text: "What a run does where memory is scarce, or the graphics card fails.",
    isFine: true,
  },
  augmentation: {
    title: "Augmentation",
    text: "Images are changed at random during training, so that a model learns more from few.",
    isFine: true,
  },
  balance: {
    title: "Balance",
    text: "Images of rare values, such as brown dogs, are drawn more often, by the dataset’s word lists.",
    isFine: true,
  },
  data: { title: "Data", text: "How images and captions are varied during training.", isFine: true },
  repetition: {
    title: "Reproducibility",
    text: "The same settings give exactly the same weights.",
    isFine: true,
  },
} as const;

export type TrainingOption = {
  /** Made with `setting`, with a default. */
  readonly type: z.ZodType;
  readonly group: keyof typeof trainingGroups;
  /**
   * Whether it decides the weights after a given number of steps, so that a run with another value is another run. What
   * decides nothing may change when a run is continued. A function where that depends on other settings.
   */
  readonly decidesWeights: boolean | ((settings: Readonly<Record<string, unknown>>) => boolean);
  /** Of an option that came later: what runs of earlier versions did. Runs with this value are recognised as theirs. */
  readonly formerly?: unknown;
  /**
   * Set for an option that changes neither how long a step takes nor how much memory it needs, or only how often something is
   * done: a trial holds for all its values.
   */
  readonly keepsTrial?: true;
};

const rate = z.number().min(0).max(1);
const wholeNumber = z.number().int("Whole numbers only.");
const words = z.string().trim().max(500);
const seed = wholeNumber.min(0).max(2 ** 31 - 1);

const isFilled = (value: unknown) => Object.keys(value ?? {}).length > 0;
const isAugmented = ({ augmentations }: Readonly<Record<string, unknown>>) => isFilled(augmentations);

/**
 * Defaults follow the community's fine-tuning script for GLIDE (learning rate 1e-4, AdamW without decay, caption dropout
 * 0.2, crops of 0.8 to 1 of the area, 20 epochs, gradients clipped at norm 1), except for the EMA, which is warmed up so
 * that previews show what has been learnt.
 *
 * The order of those that decide the weights never changes: it is part of what runs are recognised by.
 */
export const trainingOptions = {
  preset: {
    type: setting(z.enum(["tiny", "small", "glide"]).default("tiny"), {
      label: "Size",
      description: "Size of a model trained from scratch",
      titles: { tiny: "Tiny", small: "Small", glide: "GLIDE" },
    }),
    group: "start",
    decidesWeights: true,
  },
  epochs: {
    type: setting(z.number().int("Whole epochs only.").min(1).max(10_000).default(20), {
      label: "Epochs",
      description: "Passes over all images",
      help: "How often every image is used.",
    }),
    group: "length",
    // A rate that falls over the whole run depends on how long that is.
    decidesWeights: ({ learningRateSchedule = "constant" }) => learningRateSchedule !== "constant",
    keepsTrial: true,
  },
  batchSize: {
    type: setting(wholeNumber.min(1).max(256).default(4), {
      label: "Batch size",
      description: "Images per step",
      help: "Images per step. Larger batches need more memory.",
    }),
    group: "length",
    decidesWeights: true,
  },
  accumulationSteps: {
    type: setting(wholeNumber.min(1).max(1024).default(1), {
      label: "Gradient accumulation",
      description: "Batches whose gradients are averaged in each step, 1 for none",
      help: "Several batches per step act like one larger batch, in the memory of one.",
      unit: "batches",
      unitOfOne: "batch",
    }),
    group: "length",
    decidesWeights: true,
    formerly: 1,
  },
  learningRate: {
    type: setting(z.number().positive("The learning rate must be above 0.").max(1).default(1e-4), {
      label: "Learning rate",
      description: "Learning rate",
      help: "0.0001 for fine-tuning, 0.001 from scratch.",
    }),
    group: "length",
    decidesWeights: true,
    keepsTrial: true,
  },
  learningRateSchedule: {
    type: setting(z.enum(learningRateSchedules).default("constant"), {
      label: "Learning rate schedule",
      description: "Schedule of the learning rate after the warm-up (linear and cosine fall to 0)",
      help: "With a falling rate, the last steps change the weights less and less.",
      titles: { constant: "Constant", linear: "Linear, down to 0", cosine: "Cosine, down to 0" },
    }),
    group: "length",
    decidesWeights: true,
    formerly: "constant",
    keepsTrial: true,
  },
  warmupSteps: {
    type: setting(wholeNumber.min(0).max(1_000_000).default(0), {
      label: "Warm-up",
      description: "Steps over which the learning rate rises linearly from 0, 0 for none",
      help: "The rate rises from 0 to its full value.",
      unit: "steps",
      unitOfOne: "step",
      none: "none",
    }),
    group: "length",
    decidesWeights: true,
    formerly: 0,
    keepsTrial: true,
  },
  weightDecay: {
    type: setting(rate.default(0), {
      label: "Weight decay",
      description: "AdamW's weight decay",
      help: "0 to 1.",
      none: "none",
    }),
    group: "optimiser",
    decidesWeights: true,
    keepsTrial: true,
  },
  gradientClipNorm: {
    type: setting(z.number().positive().max(1000).default(1), {
      label: "Maximum gradient norm",
      description: "Maximum gradient norm; larger gradients are scaled down",
      help: "Larger gradients are scaled down.",
    }),
    group: "optimiser",
    decidesWeights: true,
    keepsTrial: true,
  },
  emaDecay: {
    type: setting(rate.default(0.9999), {
      label: "EMA decay",
      description: "Decay of the weights' moving average, 0 for none",
      help: "The average is warmed up. 0 turns it off.",
      none: "none",
    }),
    group: "optimiser",
    decidesWeights: true,
  },
  captionDropRate: {
    type: setting(rate.default(0.2), {
      label: "Caption dropout",
      description: "Caption dropout: share of examples without a caption, for guidance",
      help: "Share of examples without a caption, needed for guidance: 0.2 for a base, 0 for an upsampler.",
      none: "none",
    }),
    group: "data",
    decidesWeights: true,
    keepsTrial: true,
  },
  dropout: {
    type: setting(rate.default(0.1), {
      label: "Dropout",
      description: "Dropout rate",
      help: "Inside the network, during training.",
      none: "none",
    }),
    group: "data",
    decidesWeights: true,
  },
  cropAreaMin: {
    type: setting(z.number().min(0.1).max(1).default(0.8), {
      label: "Smallest crop",
      description: "Smallest random crop, as a share of the area of the image's largest square",
      help: "As a share of the area of the image’s largest square. 1 turns random cropping off.",
    }),
    group: "data",
    decidesWeights: true,
  },
  flip: {
    type: setting(z.boolean().default(false), {
      label: "Mirror images at random",
      description: "Mirror each image with a probability of one half",
      help: "Half of all images, whatever their captions say. Under Augmentation, mirroring spares captions that mention left and right.",
    }),
    group: "data",
    decidesWeights: true,
  },
  augmentations: {
    type: setting(augmentationChoices.default({}), {
      label: "Augmentations",
      description:
        "Random changes of images: NAME:PROBABILITY:FROM:TO, separated by semicolons, such as mirror:0.5; rotate:0.3:-10:10",
      help: "Each has its own probability; its amount is uniform in its range.",
      none: "none",
      entries: augmentationEntries,
    }),
    group: "augmentation",
    decidesWeights: true,
    formerly: {},
  },
  captionWords: {
    type: setting(z.enum(["protect", "warn"]).default("protect"), {
      label: "Captions about what changes",
      description:
        "What happens to captions that name what an augmentation changes, such as left, red or large: the augmentation is left out for them, or they are only counted",
      help: "Mirrored, “a dog on the left” would be wrong.",
      titles: { protect: "Leave the augmentation out for them", warn: "Only count them" },
    }),
    group: "augmentation",
    decidesWeights: isAugmented,
  },
  degradedMark: {
    type: setting(z.enum(degradedMarks).default("words"), {
      label: "How worsened images are marked",
      description:
        "How the model is told that an image was blurred, pixelated, covered or made noisy: words after the caption, a mark in the timestep’s embedding, or not at all",
      help: "So that it does not draw such images unasked.",
      titles: {
        words: "Words after the caption",
        embedding: "In the timestep’s embedding",
        none: "Not at all",
      },
    }),
    group: "augmentation",
    decidesWeights: isAugmented,
  },
  balanceAttributes: {
    type: setting(z.array(z.string().min(1)).max(20).default([]), {
      label: "Balance by",
      description:
        "Attributes of the word lists whose values are to be drawn equally often, such as colour, separated by semicolons",
      help: "Attributes of the dataset’s word lists.",
      none: "none",
    }),
    group: "balance",
    decidesWeights: true,
    formerly: [],
  },
  balanceStrength: {
    type: setting(rate.default(1), {
      label: "Strength",
      description: "How far shares are balanced: 0 leaves them as they are, 1 makes them equal",
      help: "1 makes shares equal; rare images are then repeated often. 0.5 goes half of the way.",
    }),
    group: "balance",
    decidesWeights: ({ balanceAttributes }) => isFilled(balanceAttributes),
  },
  consistencyWeight: {
    type: setting(z.number().min(0).max(100).default(0), {
      label: "Consistency between captions",
      labelInGroup: "Weight",
      description:
        "Weight of the loss that draws captions of one image together and of different images apart in the text encoder, 0 for none",
      help: "0 turns it off. Each step then encodes two more captions per image.",
      none: "none",
    }),
    group: "consistency",
    decidesWeights: true,
    formerly: 0,
  },
  consistencyTemperature: {
    type: setting(z.number().min(0.01).max(10).default(0.1), {
      label: "Consistency temperature",
      labelInGroup: "Temperature",
      description: "Temperature of the consistency between captions (SimCLR uses 0.1)",
      help: "At a low temperature, mostly the most similar captions of other images count.",
    }),
    group: "consistency",
    decidesWeights: ({ consistencyWeight = 0 }) => consistencyWeight !== 0,
  },
  inpainting: {
    type: setting(z.boolean().default(false), {
      label: "Train to complete images",
      description:
        "Train to fill in erased parts of images (inpainting); a model without mask channels gets them",
      help: "Random parts of each image are erased. Inpainting models are always trained this way.",
    }),
    group: "data",
    decidesWeights: true,
    formerly: false,
  },
  erasedAreaMin: {
    type: setting(z.number().min(0).max(1).default(0.25), {
      label: "Smallest erased part",
      description:
        "When completing images, the smallest part that is erased, as a share of the area; the largest is all of it",
      help: "Only for training to complete images.",
    }),
    group: "data",
    decidesWeights: true,
    formerly: 0.25,
  },
  minSnrGamma: {
    type: setting(z.number().min(0).max(1000).default(0), {
      label: "Min-SNR bound",
      description: "Bound of the min-SNR loss weights, 0 for none (the paper uses 5)",
      help: "5 stops nearly noiseless timesteps from dominating the loss. 0 turns the weighting off.",
      none: "none",
    }),
    group: "data",
    decidesWeights: true,
    keepsTrial: true,
  },
  snrFloor: {
    type: setting(z.number().min(0).max(10).default(0), {
      label: "SNR floor",
      description: "Minimum weight of very noisy timesteps, 0 for none (truncated SNR uses 1)",
      help: "Above 0, the noisiest timesteps get more weight and are drawn more often. They determine colours and scenery: try 0.2 if samples get these wrong.",
      none: "none",
    }),
    group: "data",
    decidesWeights: true,
    formerly: 0,
    keepsTrial: true,
  },
  trained: {
    type: setting(z.enum(trainedParts).default("all"), {
      label: "Trained parts",
      description: "Parts of the model to train",
      titles: { all: "All weights", unet: "Only the UNet", text: "Only the text encoder" },
    }),
    group: "optimiser",
    decidesWeights: true,
  },
  loraRank: {
    type: setting(wholeNumber.min(0).max(512).default(0), {
      label: "LoRA rank",
      description: "Rank of low-rank adapters that are trained instead of the weights, 0 for none",
      help: "4 to 16 is usual. The model’s own weights stay as they are; the adapter is also saved as a separate file.",
      none: "none",
    }),
    group: "optimiser",
    decidesWeights: true,
    formerly: 0,
  },
  loraAlpha: {
    type: setting(z.number().positive().max(10_000).default(8), {
      label: "LoRA alpha",
      description: "Scale of the adapters: alpha divided by the rank",
      help: "Often the rank or twice the rank. Without effect where the rank is 0.",
    }),
    group: "optimiser",
    decidesWeights: ({ loraRank = 0 }) => loraRank !== 0,
    keepsTrial: true,
  },
  loraLayers: {
    type: setting(z.enum(loraLayers).default("attention"), {
      label: "LoRA layers",
      description: "Layers that get adapters",
      titles: { attention: "Attention", "attention-and-convolutions": "Attention and convolutions" },
    }),
    group: "optimiser",
    decidesWeights: ({ loraRank = 0 }) => loraRank !== 0,
  },
  recomputation: {
    type: setting(z.enum(["auto", "on", "off"]).default("auto"), {
      label: "Recompute activations",
      description:
        "Whether blocks are computed again in the backward pass instead of kept: less memory, about a third more time (auto: where memory would be too small)",
      help: "Blocks of the network are computed again in the backward pass instead of kept. This needs less memory, and about a third more time.",
      titles: { auto: "Automatic, by memory", on: "On", off: "Off" },
    }),
    group: "memory",
    // The same operations on the same values: a run may go on with another choice where memory ran out.
    decidesWeights: false,
  },
  precision: {
    type: setting(z.enum(precisions).default("float32"), {
      label: "Precision",
      description:
        "How a graphics card stores activations: half takes half the memory, and needs WebGPU; weights stay float32",
      help: "On a graphics card, half precision stores activations in half the memory. Weights and their updates stay in 32 bits. Needs a worker with WebGPU.",
      titles: { float32: "32 bits (float32)", half: "16 bits (half)" },
    }),
    group: "memory",
    decidesWeights: true,
    formerly: "float32",
  },
  whenCardFails: {
    type: setting(z.enum(["stop", "processor"]).default("stop"), {
      label: "If the graphics card fails",
      description:
        "What to do where the graphics card fails, computes wrong numbers or is too small: stop, or go on with the processor from the last saved state",
      help: "The card’s driver may be reset, or its memory be too small. Either way, the run keeps its last saved state. On the processor, it takes much longer.",
      titles: { stop: "Stop the run", processor: "Continue on the processor" },
    }),
    group: "memory",
    decidesWeights: false,
    keepsTrial: true,
  },
  seed: {
    type: setting(seed.default(0), {
      label: "Seed",
      description: "Seed for all random choices",
      help: "For crops, noise, order and caption dropout.",
    }),
    group: "repetition",
    decidesWeights: true,
    keepsTrial: true,
  },
  checkpointEverySteps: {
    type: setting(wholeNumber.min(1).default(100), {
      label: "Save every",
      description: "Steps between saved states, from which a run resumes",
      help: "An interrupted run resumes from here.",
      unit: "steps",
      unitOfOne: "step",
    }),
    group: "repetition",
    decidesWeights: false,
    keepsTrial: true,
  },
  keepEpochs: {
    type: setting(z.array(wholeNumber.min(1)).default([]), {
      label: "Keep checkpoints after epochs",
      description: "Epochs after which to keep a checkpoint, in addition to the last, such as 5,10",
      help: "One for each, in addition to the last. For example, to compare 20 with 40 epochs.",
      none: "only the last",
    }),
    group: "length",
    decidesWeights: false,
    keepsTrial: true,
  },
  previewCaptions: {
    type: setting(z.array(z.string().min(1)).max(8, "At most eight captions.").default([]), {
      label: "Preview captions",
      labelInGroup: "Captions",
      description: "Captions for previews, separated by semicolons",
      help: "One per line, at most eight. Each takes a few seconds every time previews are drawn.",
      none: "none",
    }),
    group: "previews",
    decidesWeights: false,
  },
  previewEverySteps: {
    type: setting(wholeNumber.min(1).default(200), {
      label: "Preview every",
      labelInGroup: "Every",
      description: "Steps between previews",
      unit: "steps",
      unitOfOne: "step",
    }),
    group: "previews",
    decidesWeights: false,
    keepsTrial: true,
  },
  previewSeed: {
    type: setting(wholeNumber.min(0).default(0), {
      label: "Preview seed",
      labelInGroup: "Seed",
      description: "Seed of the previews",
    }),
    group: "previews",
    decidesWeights: false,
    keepsTrial: true,
  },
  validationEverySteps: {
    type: setting(wholeNumber.min(0).max(10_000_000).default(0), {
      label: "Validate every",
      labelInGroup: "Every",
      description: "Steps between validations on held-out images, 0 for none",
      help: "0 turns validation off. One validation takes about as long as 20 steps of 4 images.",
      unit: "steps",
      unitOfOne: "step",
      none: "never",
    }),
    group: "validation",
    decidesWeights: false,
  },
  validationImages: {
    type: setting(wholeNumber.min(2).max(10_000).default(32), {
      label: "Validation images",
      labelInGroup: "Images at most",
      description: "Held-out images that a validation measures at most, and as many training images",
      help: "As many training images are measured too, for comparison.",
    }),
    group: "validation",
    decidesWeights: false,
  },
  validationShare: {
    type: setting(z.number().min(0).max(0.9).default(0), {
      label: "Share kept for validation",
      labelInGroup: "Share of the images",
      description: "Share of the training images that is kept out of training for validation, 0 for none",
      help: "For datasets without held-out images, such as 0.1. 0: only images that are held out already.",
      none: "none",
    }),
    group: "validation",
    decidesWeights: true,
    formerly: 0,
  },
  validationSet: {
    type: setting(words.default(""), {
      label: "Validation dataset",
      labelInGroup: "Validate on",
      description:
        "Images to validate on: a dataset’s name, or a folder for train (default: the dataset’s held-out images)",
      help: "The name of a dataset. Empty: the held-out images of the dataset itself.",
      none: "the dataset’s held-out images",
    }),
    group: "validation",
    decidesWeights: false,
  },
  keepBest: {
    type: setting(z.boolean().default(true), {
      label: "Keep the best checkpoint",
      description: "Keep the checkpoint of the lowest validation loss, besides the last",
      help: "The checkpoint of the lowest validation loss is kept besides the last. Each better one replaces it.",
    }),
    group: "validation",
    decidesWeights: false,
    keepsTrial: true,
  },
  priorWeight: {
    type: setting(z.number().min(0).max(100).default(0), {
      label: "Prior preservation",
      labelInGroup: "Weight",
      description: "Weight of the loss of class images, 0 for none (DreamBooth uses 1)",
      help: "Usually 1. Each step then takes as many class images as images, and twice the memory. 0 turns it off.",
      none: "none",
    }),
    group: "prior",
    decidesWeights: true,
    formerly: 0,
  },
  classPrompt: {
    type: setting(words.default(""), {
      label: "Class prompt",
      description:
        "Caption of the class images, such as “a photo of a dog”; they are drawn from it before the run",
      help: "Such as “a photo of a dog”. Before the run, the model draws the class images from it.",
      none: "none",
    }),
    group: "prior",
    decidesWeights: ({ priorWeight = 0 }) => priorWeight !== 0,
  },
  classImageCount: {
    type: setting(wholeNumber.min(1).max(10_000).default(100), {
      label: "Class images",
      labelInGroup: "Number of class images",
      description: "Class images to draw, or to take at most of existing ones",
      help: "Drawn once and kept: another run of the same model and prompt uses them again.",
    }),
    group: "prior",
    decidesWeights: ({ priorWeight = 0 }) => priorWeight !== 0,
  },
  classImages: {
    type: setting(words.default(""), {
      label: "Existing class images",
      description:
        "Class images to use instead of drawing them: name of a dataset or sample set, or a folder for train",
      help: "The name of a dataset or sample set. Empty: they are drawn from the class prompt.",
      none: "drawn before the run",
    }),
    group: "prior",
    decidesWeights: false,
  },
} as const satisfies Record<string, TrainingOption>;
