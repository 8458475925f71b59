/** Everything besides checkpoint, caption and seed that decides a sampled picture; stored beside every picture. */
import { z } from "zod";

export const sampleSettings = z.object({
  sampler: z.enum(["ancestral", "ddim", "dpm-solver++"]).default("dpm-solver++"),
  /** Calls of the base model per picture. */
  steps: z.number().int().min(1).max(1000).default(25),
  guidanceScale: z.number().min(0).max(50).default(3),
  /** Respacing of the upsampler's DDIM: GLIDE's `fast27`, or a number of steps. */
  upsampleRespacing: z
    .string()
    .regex(/^(fast27|\d{1,4})$/)
    .default("fast27"),
  /** Factor on the upsampler's start noise. */
  upsampleTemperature: z.number().positive().max(2).default(0.997),
  /** Pictures per caption; picture i has seed `firstSeed + i`. */
  picturesPerCaption: z.number().int().min(1).max(64).default(1),
  firstSeed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0),
});

export type SampleSettings = z.infer<typeof sampleSettings>;
