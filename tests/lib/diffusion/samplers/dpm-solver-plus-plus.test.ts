/** DPM-Solver++(2M) on normal data: its order, its end, and the timesteps it chooses. */
import { describe, expect, it } from "vitest";
import { createDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import { sampleDdim } from "@/lib/diffusion/samplers/ddim";
import { sampleDpmSolverPlusPlus } from "@/lib/diffusion/samplers/dpm-solver-plus-plus";
import { flowError } from "./flow-error";
import { exactDenoiser, flow, type GaussianData } from "./gaussian-data";

const data: GaussianData = { mean: 0.3, deviation: 0.5 };

async function timestepsAsked(respacing: string, noiseSchedule: "linear" | "squaredcos_cap_v2") {
  const diffusion = createDiffusion({ noiseSchedule, diffusionSteps: 1000, respacing });
  const asked: number[] = [];
  await sampleDpmSolverPlusPlus(
    async (x, timestep) => {
      asked.push(timestep);
      return { noise: x, varianceInterpolation: null };
    },
    diffusion,
    Float32Array.of(0.5),
  );
  const halfLogSnr = diffusion.fullAlphasCumprod.map((alphaBar) => 0.5 * Math.log(alphaBar / (1 - alphaBar)));
  return { asked, halfLogSnr };
}

describe("sampleDpmSolverPlusPlus", () => {
  it("quarters its distance from the probability flow with twice the steps", async () => {
    const errors = await Promise.all(
      [20, 40, 80].map((steps) => flowError(sampleDpmSolverPlusPlus, data, steps)),
    );
    // Second order: 4 in the limit.
    expect((errors[0] as number) / (errors[1] as number)).toBeGreaterThan(3.4);
    expect((errors[0] as number) / (errors[1] as number)).toBeLessThan(4.6);
    expect((errors[1] as number) / (errors[2] as number)).toBeGreaterThan(3.7);
    expect((errors[1] as number) / (errors[2] as number)).toBeLessThan(4.3);
  });

  it("equals DDIM if there is no earlier prediction", async () => {
    const diffusion = createDiffusion({ noiseSchedule: "linear", diffusionSteps: 1000, respacing: "2" });
    const denoise = exactDenoiser(data, diffusion);
    const start = Float32Array.of(0.7, -1.3);
    const solver = await sampleDpmSolverPlusPlus(denoise, diffusion, start);
    const ddim = await sampleDdim(denoise, diffusion, start);
    solver.forEach((value, index) => {
      expect(value).toBeCloseTo(ddim[index] as number, 5);
    });
  });

  it.each(["squaredcos_cap_v2", "linear"] as const)(
    "comes four times nearer to the flow than DDIM with 20 steps of the %s schedule",
    async (noiseSchedule) => {
      const diffusion = createDiffusion({ noiseSchedule, diffusionSteps: 1000, respacing: "20" });
      const denoise = exactDenoiser(data, diffusion);
      const start = 1.5;
      const options = { clipDenoised: false };
      const [solver] = await sampleDpmSolverPlusPlus(denoise, diffusion, Float32Array.of(start), options);
      const [ddim] = await sampleDdim(denoise, diffusion, Float32Array.of(start), options);
      const exact = flow(data, 0, 1, start);
      expect(Math.abs((solver as number) - exact)).toBeLessThan(Math.abs((ddim as number) - exact) / 4);
    },
  );

  it("starts the cosine schedule at a timestep with some signal", async () => {
    const { asked, halfLogSnr } = await timestepsAsked("25", "squaredcos_cap_v2");
    const first = asked[0] as number;
    expect(halfLogSnr[999]).toBeLessThan(-9);
    expect(halfLogSnr[first]).toBeGreaterThan(-5.1);
    expect(halfLogSnr[first + 1]).toBeLessThan(-5.1);
  });

  it("starts the linear schedule at its last step", async () => {
    const { asked } = await timestepsAsked("25", "linear");
    expect(asked[0]).toBe(999);
    expect(asked.at(-1)).toBe(0);
  });

  it.each(["1", "2", "10", "50", "250"])("takes %s steps when asked to, each once", async (respacing) => {
    const { asked } = await timestepsAsked(respacing, "squaredcos_cap_v2");
    expect(asked).toHaveLength(Number(respacing));
    expect(asked).toEqual([...new Set(asked)].sort((a, b) => b - a));
  });

  it("steps evenly in the log signal-to-noise ratio", async () => {
    const { asked, halfLogSnr } = await timestepsAsked("10", "squaredcos_cap_v2");
    const intervals = asked
      .slice(1)
      .map(
        (timestep, index) =>
          (halfLogSnr[timestep] as number) - (halfLogSnr[asked[index] as number] as number),
      );
    // Timesteps are whole: at the noisy end the ratio moves by 0.2 from one to the next.
    expect(Math.max(...intervals) - Math.min(...intervals)).toBeLessThan(0.3);
  });

  it("stays near the flow with every step of the cosine schedule", async () => {
    const diffusion = createDiffusion({ noiseSchedule: "squaredcos_cap_v2", diffusionSteps: 1000 });
    const starts = Float32Array.of(3, -3);
    const options = { clipDenoised: false };
    const result = await sampleDpmSolverPlusPlus(exactDenoiser(data, diffusion), diffusion, starts, options);
    // 5e-3: starting at λ = -5.1 instead of -∞ leaves a signal of α = 0.006 out of the start noise.
    result.forEach((value, index) => {
      expect(Math.abs(value - flow(data, 0, 1, starts[index] as number))).toBeLessThan(5e-3);
    });
  });
});
