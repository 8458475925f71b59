/** UniPC on normal data: its orders, its first and last steps, and its accuracy with few steps. */
import { describe, expect, it } from "vitest";
import { createDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import { sampleDdim } from "@/lib/diffusion/samplers/ddim";
import { sampleDpmSolverPlusPlus } from "@/lib/diffusion/samplers/dpm-solver-plus-plus";
import type { Sampler } from "@/lib/diffusion/samplers/sampler";
import { sampleUniPc, type UniPcOptions } from "@/lib/diffusion/samplers/unipc";
import { type FlowInterval, flowError } from "./flow-error";
import { exactDenoiser, flow, type GaussianData } from "./gaussian-data";

const data: GaussianData = { mean: 0.3, deviation: 0.5 };

const uniPc =
  (settings: UniPcOptions): Sampler =>
  (denoise, diffusion, startNoise, options) =>
    sampleUniPc(denoise, diffusion, startNoise, { ...options, ...settings });

/** By what the distance from the probability flow is divided where the steps are doubled. */
async function gain(
  settings: UniPcOptions,
  steps: number,
  data: GaussianData,
  interval?: (steps: number) => FlowInterval,
) {
  const [coarse, fine] = await Promise.all(
    [steps, 2 * steps].map((count) => flowError(uniPc(settings), data, count, interval?.(count))),
  );
  return coarse! / fine!;
}

describe("sampleUniPc", () => {
  // UniPC-p is of order p + 1: a divisor of 2^(p + 1) in the limit.
  it("is of second order where its predictor is of first", async () => {
    expect(await gain({ order: 1 }, 40, data)).toBeGreaterThan(3.8);
    expect(await gain({ order: 1 }, 40, data)).toBeLessThan(4.2);
  });

  it("is of third order where its predictor is of second", async () => {
    for (const steps of [20, 40]) {
      expect(await gain({ order: 2 }, steps, data)).toBeGreaterThan(7.5);
      expect(await gain({ order: 2 }, steps, data)).toBeLessThan(8.5);
    }
  });

  it("is of fourth order where its predictor is of third and its first step, of second order, is short", async () => {
    // The theorem takes start values of full order for granted; here the first interval shrinks with h².
    const shortStart = (steps: number) => ({ from: -1, to: 3, first: 0.3 * (4 / steps) ** 2 });
    const settings = { order: 3, lowerOrderFinal: false };
    const divisor = await gain(settings, 20, { mean: 0.3, deviation: 0.3 }, shortStart);
    expect(divisor).toBeGreaterThan(14);
    expect(divisor).toBeLessThan(18);
  });

  it("with a predictor of third order and even steps keeps at least third order, which its first step has", async () => {
    expect(await gain({ order: 3 }, 20, data)).toBeGreaterThan(7.5);
    expect(await gain({ order: 3 }, 40, data)).toBeGreaterThan(7.5);
  });

  it.each([2, 3])(
    "of order %i is nearer to the flow than DPM-Solver++ at 20 steps and more",
    async (order) => {
      for (const steps of [20, 40]) {
        const [unified, solver] = [uniPc({ order }), sampleDpmSolverPlusPlus];
        expect(await flowError(unified, data, steps)).toBeLessThan(
          (await flowError(solver, data, steps)) / 2,
        );
      }
    },
  );

  it("starts like DDIM, and calls the model no more often than DPM-Solver++", async () => {
    const diffusion = createDiffusion({
      noiseSchedule: "squaredcos_cap_v2",
      diffusionSteps: 1000,
      respacing: "10",
    });
    const denoise = exactDenoiser(data, diffusion);
    const follow = async (sampler: Sampler) => {
      const samples: number[] = [];
      const timesteps: number[] = [];
      await sampler(denoise, diffusion, Float32Array.of(0.7), {
        onStep: ({ timestep, sample }) => {
          timesteps.push(timestep);
          samples.push(sample[0]!);
        },
      });
      return { samples, timesteps };
    };
    const [unified, solver] = [await follow(sampleUniPc), await follow(sampleDpmSolverPlusPlus)];
    expect(unified.timesteps).toEqual(solver.timesteps);
    expect(unified.samples[0]).toBeCloseTo(solver.samples[0]!, 6);
    // From the second step on it starts from a corrected sample.
    expect(unified.samples[1]).not.toBeCloseTo(solver.samples[1]!, 5);
  });

  it("is one step of DDIM where there are two, and the clean guess where there is one", async () => {
    const denoise = exactDenoiser(data, createDiffusion({ noiseSchedule: "linear", diffusionSteps: 1000 }));
    const start = Float32Array.of(0.7, -1.3);
    for (const respacing of ["1", "2"]) {
      const diffusion = createDiffusion({ noiseSchedule: "linear", diffusionSteps: 1000, respacing });
      const kept = diffusion.withTimesteps(respacing === "1" ? [999] : [0, 999]);
      const unified = await sampleUniPc(denoise, kept, start, { order: 3 });
      const ddim = await sampleDdim(denoise, kept, start);
      unified.forEach((value, index) => {
        expect(value).toBeCloseTo(ddim[index]!, 5);
      });
    }
  });

  it("clips predicted x₀, and continues with the clipped values", async () => {
    const diffusion = createDiffusion({ noiseSchedule: "linear", diffusionSteps: 1000, respacing: "8" });
    const wild = async (x: Float32Array) => ({
      noise: x.map((value) => -5 * value),
      varianceInterpolation: null,
    });
    const sample = await sampleUniPc(wild, diffusion, Float32Array.of(1, -1), {
      order: 3,
      onStep: ({ predictedClean }) => {
        for (const value of predictedClean) expect(Math.abs(value)).toBeLessThanOrEqual(1);
      },
    });
    for (const value of sample) expect(Math.abs(value)).toBe(1);
  });

  it.each([
    ["squaredcos_cap_v2", 2],
    ["squaredcos_cap_v2", 3],
    ["linear", 2],
    ["linear", 3],
  ] as const)(
    "with 15 steps of %s and order %i ends nearer to the flow than DPM-Solver++",
    async (noiseSchedule, order) => {
      const diffusion = createDiffusion({ noiseSchedule, diffusionSteps: 1000, respacing: "15" });
      const squaredError = async (sampler: Sampler) => {
        let sum = 0;
        for (const deviation of [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8]) {
          const data = { mean: 0, deviation };
          const denoise = exactDenoiser(data, diffusion);
          const [end] = await sampler(denoise, diffusion, Float32Array.of(1), { clipDenoised: false });
          sum += ((end! - flow(data, 0, 1, 1)) / deviation) ** 2;
        }
        return sum;
      };
      expect(await squaredError(uniPc({ order }))).toBeLessThan(
        0.8 * (await squaredError(sampleDpmSolverPlusPlus)),
      );
    },
  );
});
