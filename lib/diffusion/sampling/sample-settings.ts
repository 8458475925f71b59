/** Everything besides checkpoint, caption and seed that decides a sampled picture; stored beside every picture. */
import { z } from "zod";

/** The descriptions are the command line's help. */
export const sampleSettings = z.object({
  sampler: z.enum(["ancestral", "ddim", "dpm-solver++"]).default("dpm-solver++").describe("Sampler"),
  steps: z.number().int().min(1).max(1000).default(25).describe("Calls of the base model per picture"),
  guidanceScale: z.number().min(0).max(50).default(3).describe("How closely to follow the caption"),
  upsampleRespacing: z
    .string()
    .regex(/^(fast27|\d{1,4})$/)
    .default("fast27")
    .describe("Respacing of the upsampler's DDIM: GLIDE's fast27, or a number of steps"),
  upsampleTemperature: z
    .number()
    .positive()
    .max(2)
    .default(0.997)
    .describe("Factor on the upsampler's start noise"),
  upsampleStrength: z
    .number()
    .positive()
    .max(1)
    .default(1)
    .describe("Share of the upsampler's process that is run; below 1 it starts from the enlarged picture"),
  picturesPerCaption: z.number().int().min(1).max(64).default(1).describe("Pictures per caption"),
  firstSeed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0)
    .describe("Seed of each caption's first picture; the next one's is one higher"),
});

export type SampleSettings = z.infer<typeof sampleSettings>;
