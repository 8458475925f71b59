/** What the estimate of memory counts, and what follows from it. */
import { expect, test } from "vitest";
import { createDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import type { TrainingGraphSettings } from "@/lib/diffusion/training/training-graph";
import { chooseRecomputation, stepMemoryBytes } from "@/lib/diffusion/training/training-memory";
import { smallOptions, smallSettings } from "./small-run";

const graphSettings: TrainingGraphSettings = {
  options: smallOptions,
  diffusion: createDiffusion({ noiseSchedule: "squaredcos_cap_v2", diffusionSteps: 1000 }),
  batchSize: 2,
  dropoutRate: 0.1,
  trained: "all",
};

test("larger batches, an average, accumulation and weights that learn need memory", () => {
  const bytes = (graph: Partial<TrainingGraphSettings>, settings: Partial<typeof smallSettings> = {}) =>
    stepMemoryBytes({ ...graphSettings, ...graph }, { ...smallSettings, ...settings });
  const usual = bytes({});
  const perImage = (bytes({ batchSize: 6 }) - usual) / 4;
  expect((bytes({ batchSize: 10 }) - usual) / 8).toBeCloseTo(perImage, -4);
  expect(perImage).toBeGreaterThan(0);
  const average = usual - bytes({}, { emaDecay: 0 });
  expect(average).toBeGreaterThan(0);
  expect(bytes({}, { accumulationSteps: 2 }) - usual).toBe(average);
  expect(bytes({ trained: "text" })).toBeLessThan(usual - average);
  const lora = { rank: 2, alpha: 2, adapts: (name: string) => name.endsWith("qkv.weight") };
  expect(bytes({ lora })).toBeLessThan(usual - average);
});

test("what is chosen follows from the memory, and the log says why", () => {
  const needed = stepMemoryBytes(graphSettings, smallSettings);
  const choose = (recomputation: "auto" | "on" | "off", availableBytes: number, isOnProcessor = true) =>
    chooseRecomputation({ ...smallSettings, recomputation }, graphSettings, {
      isOnProcessor,
      availableBytes,
    });
  const gigabytes = `${(needed / 1e9).toFixed(1)} GB`;
  expect(choose("auto", 2e9)).toEqual({
    recomputesBlocks: false,
    message: `Activations are kept: training needs about ${gigabytes} of memory besides the weights; 2.0 GB are free.`,
  });
  expect(choose("auto", 0.9 * needed)).toEqual({
    recomputesBlocks: true,
    message: expect.stringMatching(/^Activations are recomputed.*about 0\.3 GB.*0\.3 GB are free\.$/),
  });
  expect(choose("on", 2e9)).toEqual({ recomputesBlocks: true, message: null });
  expect(choose("off", 0)).toEqual({ recomputesBlocks: false, message: null });
  expect(choose("auto", 0, false)).toMatchObject({ recomputesBlocks: false });
});
