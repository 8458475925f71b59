/** The loss's weights against their definitions, and the drawing of timesteps against its expectation. */
import { describe, expect, test } from "vitest";
import { createDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import { noiseErrorWeight, TimestepDraw } from "@/lib/diffusion/training/timestep-weights";
import { Random } from "@/lib/numerics/random";

const diffusion = createDiffusion({ noiseSchedule: "squaredcos_cap_v2", diffusionSteps: 1000 });
const alphaOf = (snr: number) => snr / (1 + snr);

describe("weight of the noise's error", () => {
  test("without bounds it is 1 everywhere", () => {
    for (const snr of [1e-6, 1, 1e6])
      expect(noiseErrorWeight(alphaOf(snr), { minSnrGamma: 0, snrFloor: 0 })).toBe(1);
  });

  test.each([
    // The guessed image's error counts SNR times in the plain loss: 5 of 50, all of 2, 0.2 of 0.02.
    [50, 5 / 50],
    [2, 1],
    [0.02, 0.2 / 0.02],
    [0.0025, 0.2 / 0.0025],
  ])("at SNR %f it is %f with γ = 5 and a floor of 0.2", (snr, weight) => {
    expect(noiseErrorWeight(alphaOf(snr), { minSnrGamma: 5, snrFloor: 0.2 })).toBeCloseTo(weight, 9);
  });

  test.each([
    [0.0025 / 2, 80 / 2],
    [0.0025 / 10, 80 / 10],
  ])("at SNR %f, where nothing of the image can be seen any more, it has come down to %f", (snr, weight) => {
    expect(noiseErrorWeight(alphaOf(snr), { minSnrGamma: 5, snrFloor: 0.2 })).toBeCloseTo(weight, 9);
  });
});

describe("drawn timesteps", () => {
  const draws = 40_000;

  test("without a floor all are equally likely", () => {
    const timesteps = new TimestepDraw(diffusion, { minSnrGamma: 5, snrFloor: 0 });
    const random = new Random(3);
    let noisiest = 0;
    for (let index = 0; index < draws; index++) {
      const { timestep, boundWeight } = timesteps.draw(random);
      expect(boundWeight).toBe(1);
      if (timestep >= 900) noisiest++;
    }
    // Five deviations of a binomial with probability 0.1 are 0.0075.
    expect(Math.abs(noisiest / draws - 0.1)).toBeLessThan(0.0075);
  });

  test("with a floor the noisiest come more often, and every mean stays what it is for even draws", () => {
    const weighting = { minSnrGamma: 5, snrFloor: 0.2 };
    const timesteps = new TimestepDraw(diffusion, weighting);
    const random = new Random(4);
    // Sums of a loss that depends on the timestep, as drawn and weighed.
    const lossAt = (t: number) => 0.01 + (t / 1000) ** 2;
    let [error, bound, noisiest] = [0, 0, 0];
    for (let index = 0; index < draws; index++) {
      const { timestep, errorWeight, boundWeight } = timesteps.draw(random);
      error += (errorWeight * lossAt(timestep)) / draws;
      bound += (boundWeight * lossAt(timestep)) / draws;
      if (timestep >= 900) noisiest += 1 / draws;
    }
    let [evenError, evenBound] = [0, 0];
    for (let t = 0; t < 1000; t++) {
      evenError += (noiseErrorWeight(diffusion.alphasCumprod[t]!, weighting) * lossAt(t)) / 1000;
      evenBound += lossAt(t) / 1000;
    }
    expect(Math.abs(error / evenError - 1)).toBeLessThan(0.05);
    expect(Math.abs(bound / evenBound - 1)).toBeLessThan(0.05);
    expect(noisiest).toBeGreaterThan(0.35);
  });
});
