/** Ancestral sampling of normal data, whose distribution it must reproduce exactly. */
import { describe, expect, it } from "vitest";
import { createDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import { sampleAncestral } from "@/lib/diffusion/samplers/ancestral";
import { SemblanceError } from "@/lib/errors";
import { exactDenoiser, expectedClean, type GaussianData, momentsAt } from "./gaussian-data";

const data: GaussianData = { mean: 0.3, deviation: 0.2 };
const diffusion = createDiffusion({ noiseSchedule: "linear", diffusionSteps: 1000, respacing: "50" });

/**
 * With normal data a sampler is affine in its noise. Value 0 gets no noise at all, value k unit noise at step k - 1
 * only, and the last unit start noise: together they show the mean and, by their squares, the variance of samples.
 */
async function sampleResponses() {
  const { stepCount } = diffusion;
  const start = new Float32Array(stepCount + 1);
  start[stepCount] = 1;
  const noiseAt = (stepIndex: number) => {
    const noise = new Float32Array(stepCount + 1);
    noise[stepIndex + 1] = 1;
    return noise;
  };
  const denoise = exactDenoiser(data, diffusion);
  const [mean, ...responses] = await sampleAncestral(denoise, diffusion, start, {
    noiseAt,
    clipDenoised: false,
  });
  const variance = responses.reduce((sum, response) => sum + (response - (mean as number)) ** 2, 0);
  return { mean: mean as number, variance };
}

describe("sampleAncestral", () => {
  it("draws from the data's distribution when the model is exact", async () => {
    const { mean, variance } = await sampleResponses();
    // The last step gives E[x_0 | x_t] instead of a draw, which leaves out this much variance.
    const alphaBar = diffusion.alphasCumprod[0] as number;
    const leftOut = (data.deviation ** 2 * (1 - alphaBar)) / momentsAt(data, alphaBar).variance;
    // 3e-4: the start noise is standard normal, where x_T has mean √ᾱ_T · 0.3, and ᾱ_T = 4e-5; the rest is rounding.
    expect(Math.abs(mean - data.mean)).toBeLessThan(3e-4);
    expect(Math.abs(variance / (data.deviation ** 2 - leftOut) - 1)).toBeLessThan(3e-4);
  });

  it("uses the least variance for models that learn none", async () => {
    const exact = exactDenoiser(data, diffusion);
    const start = Float32Array.of(0.4, -1.1, 2);
    const noiseAt = (stepIndex: number) => Float32Array.of(1, -1, stepIndex / 50);
    const without = await sampleAncestral(
      async (x, t) => ({ ...(await exact(x, t)), varianceInterpolation: null }),
      diffusion,
      start,
      { noiseAt },
    );
    const least = await sampleAncestral(
      async (x, t) => ({ ...(await exact(x, t)), varianceInterpolation: new Float32Array(3).fill(-1) }),
      diffusion,
      start,
      { noiseAt },
    );
    expect(without).toEqual(least);
  });

  it("adds no noise at the last step and asks for none", async () => {
    const asked: number[] = [];
    let beforeLast: Float32Array = new Float32Array(0);
    const result = await sampleAncestral(exactDenoiser(data, diffusion), diffusion, Float32Array.of(0.5), {
      noiseAt: (stepIndex) => {
        asked.push(stepIndex);
        return Float32Array.of(0.7);
      },
      onStep: ({ stepIndex, stepCount, sample }) => {
        if (stepIndex === stepCount - 2) beforeLast = sample;
      },
    });
    expect(asked).toEqual(Array.from({ length: 49 }, (_, stepIndex) => stepIndex));
    const clean = expectedClean(data, diffusion.alphasCumprod[0] as number, beforeLast[0] as number);
    expect(result[0]).toBeCloseTo(clean, 6);
  });

  it("passes timesteps of the full process to the model and keeps predicted x₀ in range", async () => {
    const timesteps: number[] = [];
    await sampleAncestral(
      async (x, timestep) => {
        timesteps.push(timestep);
        return { noise: x.map((value) => -5 * value), varianceInterpolation: null };
      },
      diffusion,
      Float32Array.of(1, -1),
      {
        noiseAt: () => new Float32Array(2),
        onStep: ({ predictedClean }) => {
          for (const value of predictedClean) expect(Math.abs(value)).toBeLessThanOrEqual(1);
        },
      },
    );
    expect(timesteps).toEqual(diffusion.timesteps.toReversed());
  });

  it("does not change the start noise and stops if onStep throws", async () => {
    const start = Float32Array.of(0.1, 0.2);
    const stopped = sampleAncestral(exactDenoiser(data, diffusion), diffusion, start, {
      noiseAt: () => new Float32Array(2),
      onStep: ({ stepIndex }) => {
        if (stepIndex === 3) throw new SemblanceError("cancelled", "Cancelled.");
      },
    });
    await expect(stopped).rejects.toThrow("Cancelled.");
    expect(start).toEqual(Float32Array.of(0.1, 0.2));
  });

  it("refuses to run without noise or with noise of another length", async () => {
    const denoise = exactDenoiser(data, diffusion);
    await expect(sampleAncestral(denoise, diffusion, Float32Array.of(1))).rejects.toThrow(SemblanceError);
    const options = { noiseAt: () => new Float32Array(2) };
    await expect(sampleAncestral(denoise, diffusion, Float32Array.of(1), options)).rejects.toThrow(
      /2 values/,
    );
  });
});
