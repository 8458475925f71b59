/** SDE-DPM-Solver++(2M) on normal data: its spread, how soon it comes near, and its first step. */
import { describe, expect, it } from "vitest";
import { createDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import { sampleDdim } from "@/lib/diffusion/samplers/ddim";
import { sampleDpmSolverPlusPlus } from "@/lib/diffusion/samplers/dpm-solver-plus-plus";
import type { Sampler } from "@/lib/diffusion/samplers/sampler";
import { sampleSdeDpmSolverPlusPlus } from "@/lib/diffusion/samplers/sde-dpm-solver-plus-plus";
import { exactDenoiser, type GaussianData, momentsAt } from "./gaussian-data";

const data: GaussianData = { mean: 0.3, deviation: 0.5 };

/**
 * Mean and variance that a sampler gives to normal data, before it jumps to the clean image. It is linear in its start and in
 * the noise of each step, so both follow from what it makes of each alone.
 */
async function moments(sampler: Sampler, steps: number) {
  const diffusion = createDiffusion({
    noiseSchedule: "linear",
    diffusionSteps: 1000,
    respacing: String(steps),
  });
  // One value for each source of noise: its own is 1, all others are 0; the last one has no noise at all.
  const sources = steps + 1;
  const unit = (source: number) => Float32Array.from({ length: sources }, (_, at) => Number(at === source));
  let reached = new Float32Array();
  let alphaBar = Number.NaN;
  await sampler(exactDenoiser(data, diffusion), diffusion, unit(0), {
    clipDenoised: false,
    noiseAt: (stepIndex) => unit(stepIndex + 1),
    onStep({ stepIndex, stepCount, sample, timestep }) {
      if (stepIndex === stepCount - 2) reached = Float32Array.from(sample);
      if (stepIndex === stepCount - 1) alphaBar = diffusion.fullAlphasCumprod[timestep]!;
    },
  });
  const mean = reached.at(-1)!;
  const variance = reached.subarray(0, -1).reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance, expected: momentsAt(data, alphaBar) };
}

describe("sampleSdeDpmSolverPlusPlus", () => {
  it("gives samples the mean and the spread of the data", async () => {
    const { mean, variance, expected } = await moments(sampleSdeDpmSolverPlusPlus, 50);
    expect(mean).toBeCloseTo(expected.mean, 4);
    expect(variance / expected.variance).toBeCloseTo(1, 1.5);
  });

  it("comes near with a quarter of the steps that the first order takes", async () => {
    const error = async (sampler: Sampler, steps: number) => {
      const { variance, expected } = await moments(sampler, steps);
      return Math.abs(Math.sqrt(variance) - Math.sqrt(expected.variance));
    };
    const firstOrder: Sampler = (denoise, diffusion, start, options) =>
      sampleDdim(denoise, diffusion, start, { ...options, eta: 1 });
    expect(await error(sampleSdeDpmSolverPlusPlus, 20)).toBeLessThan(await error(firstOrder, 80));
  });

  it("quarters the error of its variance with twice the steps", async () => {
    const errors = await Promise.all(
      [40, 80, 160].map(async (steps) => {
        const { variance, expected } = await moments(sampleSdeDpmSolverPlusPlus, steps);
        return Math.abs(variance - expected.variance);
      }),
    );
    // Second order: 4 in the limit.
    for (const ratio of [errors[0]! / errors[1]!, errors[1]! / errors[2]!]) {
      expect(ratio).toBeGreaterThan(3.7);
      expect(ratio).toBeLessThan(4.3);
    }
  });

  it("equals DDIM with fresh noise at every step if there is no earlier prediction", async () => {
    const diffusion = createDiffusion({ noiseSchedule: "linear", diffusionSteps: 1000, respacing: "2" });
    const denoise = exactDenoiser(data, diffusion);
    const start = Float32Array.of(0.7, -1.3);
    const noiseAt = () => Float32Array.of(-0.4, 1.1);
    const solver = await sampleSdeDpmSolverPlusPlus(denoise, diffusion, start, { noiseAt });
    const ddim = await sampleDdim(denoise, diffusion, start, { noiseAt, eta: 1 });
    solver.forEach((value, index) => {
      expect(value).toBeCloseTo(ddim[index]!, 5);
    });
  });

  it("uses the noise that it is given, and the deterministic solver does not", async () => {
    const diffusion = createDiffusion({ noiseSchedule: "linear", diffusionSteps: 1000, respacing: "5" });
    const denoise = exactDenoiser(data, diffusion);
    const drawn = (sampler: Sampler, value: number) =>
      sampler(denoise, diffusion, Float32Array.of(0.7), { noiseAt: () => Float32Array.of(value) });
    expect(await drawn(sampleSdeDpmSolverPlusPlus, 1)).not.toEqual(
      await drawn(sampleSdeDpmSolverPlusPlus, -1),
    );
    expect(await drawn(sampleDpmSolverPlusPlus, 1)).toEqual(await drawn(sampleDpmSolverPlusPlus, -1));
  });

  it("says that it needs noise", async () => {
    const diffusion = createDiffusion({ noiseSchedule: "linear", diffusionSteps: 1000, respacing: "5" });
    await expect(
      sampleSdeDpmSolverPlusPlus(exactDenoiser(data, diffusion), diffusion, Float32Array.of(1)),
    ).rejects.toMatchObject({ code: "invalid_input" });
  });
});
