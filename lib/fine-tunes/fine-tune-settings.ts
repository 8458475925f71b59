/** What decides the result of a fine-tune, with its defaults; form, command line and worker share it. */
import { z } from "zod";

const rate = z.number().min(0).max(1);

/**
 * Defaults follow the community's fine-tuning script for GLIDE (learning rate 1e-4, AdamW without decay, captions
 * dropped with probability 0.2, crops of 0.8 to 1 of the area, 20 epochs, gradients clipped at norm 1), except for
 * the EMA, which is warmed up so that previews show what has been learnt.
 */
export const fineTuneSettings = z.object({
  /** Sizes of a model trained from scratch; ignored where a checkpoint is the start. */
  preset: z.enum(["tiny", "small", "glide"]).default("tiny"),
  epochs: z.number().int("Whole epochs only.").min(1).max(10_000).default(20),
  batchSize: z.number().int().min(1).max(256).default(4),
  learningRate: z.number().positive("The learning rate must be above 0.").max(1).default(1e-4),
  weightDecay: rate.default(0),
  gradientClipNorm: z.number().positive().max(1000).default(1),
  /** 0 keeps no moving average. */
  emaDecay: rate.default(0.9999),
  captionDropRate: rate.default(0.2),
  dropout: rate.default(0.1),
  /** Smallest part of the picture's largest square that a random crop covers, by area; 1 crops no closer than that square. */
  cropAreaMin: z.number().min(0.1).max(1).default(0.8),
  flip: z.boolean().default(false),
  /** Which tensors learn. */
  trained: z.enum(["all", "unet", "text"]).default("all"),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0),
  /** Steps between checkpoints that a killed run resumes from. */
  checkpointEverySteps: z.number().int().min(1).default(100),
  /** Epochs after which the weights are kept as a checkpoint of their own, besides the last. */
  keepEpochs: z.array(z.number().int().min(1)).default([]),
  previewCaptions: z.array(z.string().min(1)).max(8).default([]),
  previewSeed: z.number().int().min(0).default(0),
  previewEverySteps: z.number().int().min(1).default(200),
});

export type FineTuneSettings = z.infer<typeof fineTuneSettings>;
