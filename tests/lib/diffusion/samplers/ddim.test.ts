/** DDIM on normal data: the probability flow it discretises, its order, and eta. */
import { describe, expect, it } from "vitest";
import { createDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import { sampleAncestral } from "@/lib/diffusion/samplers/ancestral";
import { sampleDdim } from "@/lib/diffusion/samplers/ddim";
import { SemblanceError } from "@/lib/errors";
import { expectClose } from "../expect-close";
import { flowError } from "./flow-error";
import { exactDenoiser, type GaussianData } from "./gaussian-data";

const data: GaussianData = { mean: 0.3, deviation: 0.2 };
const diffusion = createDiffusion({ noiseSchedule: "linear", diffusionSteps: 1000, respacing: "fast27" });

describe("sampleDdim", () => {
  it("halves its distance from the probability flow with twice the steps", async () => {
    const errors = await Promise.all([40, 80, 160].map((steps) => flowError(sampleDdim, data, steps)));
    // First order: 2 in the limit.
    expect((errors[0] as number) / (errors[1] as number)).toBeGreaterThan(1.8);
    expect((errors[0] as number) / (errors[1] as number)).toBeLessThan(2.2);
    expect((errors[1] as number) / (errors[2] as number)).toBeGreaterThan(1.9);
    expect((errors[1] as number) / (errors[2] as number)).toBeLessThan(2.1);
  });

  it("is ancestral sampling with the least variance where eta is 1", async () => {
    const exact = exactDenoiser(data, diffusion);
    const start = Float32Array.of(0.4, -1.1, 2);
    const noiseAt = (stepIndex: number) => Float32Array.of(1, -1, stepIndex / 27);
    const ddim = await sampleDdim(exact, diffusion, start, { noiseAt, eta: 1 });
    const ancestral = await sampleAncestral(
      async (x, t) => ({ ...(await exact(x, t)), varianceInterpolation: null }),
      diffusion,
      start,
      { noiseAt },
    );
    // Both compute the same mean and variance by different formulas in float32 states.
    ddim.forEach((value, index) => {
      expectClose(value, ancestral[index] as number, 1e-5);
    });
  });

  it("ends at predicted x₀ of the last step", async () => {
    let guess: Float32Array = new Float32Array(0);
    const result = await sampleDdim(exactDenoiser(data, diffusion), diffusion, Float32Array.of(0.5, -2), {
      onStep: ({ predictedClean }) => {
        guess = predictedClean;
      },
    });
    expect(result).toEqual(guess);
  });

  it("recomputes the noise from clipped x₀", async () => {
    // One step from √ᾱ to √ᾱ' with a guess far out of range: x' = √ᾱ' · 1 + √(1-ᾱ') (x - √ᾱ · 1) / √(1-ᾱ).
    const two = diffusion.withTimesteps([100, 500]);
    const [early, late] = [two.alphasCumprod[0] as number, two.alphasCumprod[1] as number];
    let first = 0;
    await sampleDdim(
      async () => ({ noise: Float32Array.of(-50), varianceInterpolation: null }),
      two,
      Float32Array.of(3),
      {
        onStep: ({ stepIndex, sample }) => {
          if (stepIndex === 0) first = sample[0] as number;
        },
      },
    );
    const noise = (3 - Math.sqrt(late)) / Math.sqrt(1 - late);
    expectClose(first, Math.sqrt(early) + Math.sqrt(1 - early) * noise, 1e-6);
  });

  it("needs noise only if eta is above 0", async () => {
    const denoise = exactDenoiser(data, diffusion);
    await expect(sampleDdim(denoise, diffusion, Float32Array.of(1))).resolves.toHaveLength(1);
    await expect(sampleDdim(denoise, diffusion, Float32Array.of(1), { eta: 0.5 })).rejects.toThrow(
      SemblanceError,
    );
  });
});
