/** The process's coefficients against the reference, and its formulas against each other. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createDiffusion, GaussianDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import { SemblanceError } from "@/lib/errors";
import { sharedPath } from "@/tests/shared";
import { expectClose } from "../expect-close";

const referencePath = sharedPath("parity/schedules.json");

describe.skipIf(referencePath === null)("coefficients against the reference", () => {
  const reference = referencePath === null ? {} : JSON.parse(readFileSync(referencePath, "utf8"));

  it.each([
    ["squaredcos_cap_v2", "100"],
    ["linear", "fast27"],
  ] as const)("%s respaced to %s agrees to 1e-9", (noiseSchedule, respacing) => {
    const expected = reference[`spaced_${noiseSchedule}_${respacing}`];
    const diffusion = createDiffusion({ noiseSchedule, diffusionSteps: 1000, respacing });
    expect(diffusion.timesteps).toEqual(expected.timestep_map);
    const coefficients = {
      betas: diffusion.betas,
      alphas_cumprod: diffusion.alphasCumprod,
      posterior_variance: diffusion.posteriorVariance,
      posterior_log_variance_clipped: diffusion.posteriorLogVarianceClipped,
      posterior_mean_coef1: diffusion.posteriorMeanCoef1,
      posterior_mean_coef2: diffusion.posteriorMeanCoef2,
    };
    for (const [name, values] of Object.entries(coefficients)) {
      expect(values, name).toHaveLength(expected[name].length);
      for (const [step, value] of values.entries()) expectClose(value, expected[name][step], 1e-9);
    }
  });
});

describe("GaussianDiffusion", () => {
  const diffusion = createDiffusion({ noiseSchedule: "linear", diffusionSteps: 1000, respacing: "50" });
  const clean = Float32Array.of(-1, -0.25, 0.5, 1);
  const noise = Float32Array.of(0.3, -1.2, 2, -0.1);

  it("recovers the clean image and the noise that it mixed", () => {
    const step = 20;
    const noisy = diffusion.addNoise(clean, noise, step);
    const recovered = diffusion.predictClean(noisy, noise, step, { clip: false });
    const recoveredNoise = diffusion.predictNoise(noisy, clean, step);
    // 1e-6: the noisy image is rounded to float32 once, and √(1/ᾱ) is below 2 at this step.
    clean.forEach((value, index) => {
      expect(Math.abs((recovered[index] as number) - value)).toBeLessThan(1e-6);
      expect(Math.abs((recoveredNoise[index] as number) - (noise[index] as number))).toBeLessThan(1e-6);
    });
  });

  it("clips predicted x₀ only on request", () => {
    const noisy = Float32Array.of(-9, 9, 0, 0.5);
    const zero = new Float32Array(4);
    expect([...diffusion.predictClean(noisy, zero, 0, { clip: true })].slice(0, 2)).toEqual([-1, 1]);
    expect(diffusion.predictClean(noisy, zero, 0, { clip: false })[1]).toBeGreaterThan(8);
  });

  it("has the posterior given by Bayes' rule", () => {
    // q(x' | x, x0) is proportional to q(x | x') q(x' | x0): precisions add, means weigh by precision.
    const step = 30;
    const beta = diffusion.betas[step] as number;
    const before = diffusion.alphasCumprod[step - 1] as number;
    const precision = (1 - beta) / beta + 1 / (1 - before);
    expectClose(diffusion.posteriorVariance[step], 1 / precision, 1e-12);
    expectClose(diffusion.posteriorMeanCoef1[step], Math.sqrt(before) / (1 - before) / precision, 1e-12);
    expectClose(diffusion.posteriorMeanCoef2[step], Math.sqrt(1 - beta) / beta / precision, 1e-12);
  });

  it("interpolates the log variance between the posterior's and the process's", () => {
    const step = 10;
    const log = diffusion.modelLogVariance(Float32Array.of(-1, 1, 0), step, 3);
    const least = Math.log(diffusion.posteriorVariance[step] as number);
    const most = Math.log(diffusion.betas[step] as number);
    // Results are float32.
    expectClose(log[0], least, 1e-7);
    expectClose(log[1], most, 1e-7);
    expectClose(log[2], (least + most) / 2, 1e-7);
    expectClose(diffusion.modelLogVariance(null, step, 1)[0], least, 1e-7);
  });

  it("rejects steps, variances and arrays that do not fit", () => {
    expect(() => diffusion.addNoise(clean, noise, 50)).toThrow(/step 50/);
    expect(() => diffusion.addNoise(clean, new Float32Array(3), 0)).toThrow(SemblanceError);
    expect(() => new GaussianDiffusion(Float64Array.of(0.1, 0))).toThrow(SemblanceError);
    expect(() => new GaussianDiffusion(Float64Array.of(0.1, 0.1), [1, 0])).toThrow(SemblanceError);
    expect(() => new GaussianDiffusion(Float64Array.of(0.1, 0.1), [0, 2])).toThrow(SemblanceError);
  });
});
