/** What decides the result of a fine-tune, with its defaults; form, command line and worker share it. */
import { z } from "zod";

const rate = z.number().min(0).max(1);

/**
 * Defaults follow the community's fine-tuning script for GLIDE (learning rate 1e-4, AdamW without decay, captions
 * dropped with probability 0.2, crops of 0.8 to 1 of the area, 20 epochs, gradients clipped at norm 1), except for
 * the EMA, which is warmed up so that previews show what has been learnt. The descriptions are the command line's help.
 */
export const fineTuneSettings = z.object({
  preset: z.enum(["tiny", "small", "glide"]).default("tiny").describe("Size of a model trained from scratch"),
  epochs: z.number().int("Whole epochs only.").min(1).max(10_000).default(20).describe("Epochs"),
  batchSize: z.number().int().min(1).max(256).default(4).describe("Pictures per step"),
  learningRate: z
    .number()
    .positive("The learning rate must be above 0.")
    .max(1)
    .default(1e-4)
    .describe("Learning rate"),
  weightDecay: rate.default(0).describe("AdamW's weight decay"),
  gradientClipNorm: z.number().positive().max(1000).default(1).describe("Largest norm of the gradients"),
  emaDecay: rate.default(0.9999).describe("Decay of the weights' moving average, 0 for none"),
  captionDropRate: rate.default(0.2).describe("Part of the captions left out, for guidance"),
  dropout: rate.default(0.1).describe("Dropout rate"),
  cropAreaMin: z
    .number()
    .min(0.1)
    .max(1)
    .default(0.8)
    .describe("Smallest random crop, by area of the picture's largest square"),
  flip: z.boolean().default(false).describe("Mirror half of the pictures"),
  minSnrGamma: z
    .number()
    .min(0)
    .max(1000)
    .default(0)
    .describe("Bound of the min-SNR loss weights, 0 for none (the paper takes 5)"),
  snrFloor: z
    .number()
    .min(0)
    .max(10)
    .default(0)
    .describe("Least weight of very noisy steps' pictures, 0 for none (truncated SNR takes 1)"),
  trained: z.enum(["all", "unet", "text"]).default("all").describe("Tensors that learn"),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0)
    .describe("Seed of everything that chance decides"),
  checkpointEverySteps: z
    .number()
    .int()
    .min(1)
    .default(100)
    .describe("Steps between states to continue from"),
  keepEpochs: z
    .array(z.number().int().min(1))
    .default([])
    .describe("Epochs, besides the last, after which to keep a checkpoint: such as 5,10"),
  previewCaptions: z
    .array(z.string().min(1))
    .max(8)
    .default([])
    .describe("Captions to draw previews of, separated by semicolons"),
  previewSeed: z.number().int().min(0).default(0).describe("Seed of the previews"),
  previewEverySteps: z.number().int().min(1).default(200).describe("Steps between previews"),
});

export type FineTuneSettings = z.infer<typeof fineTuneSettings>;
