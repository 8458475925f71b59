/** The moving average of the weights and its warm-up. */
import { expect, test } from "vitest";
import { updateMovingAverage, warmedUpDecay } from "@/lib/diffusion/training/exponential-moving-average";

test("the decay starts at a tenth, rises, and stays at the requested one", () => {
  expect(warmedUpDecay(0.9999, 0)).toBe(0.1);
  expect(warmedUpDecay(0.9999, 90)).toBe(0.91);
  expect(warmedUpDecay(0.9999, 1_000_000)).toBe(0.9999);
  expect(warmedUpDecay(0.5, 1000)).toBe(0.5);
});

test("after 1000 updates with warm-up almost nothing of the start is left", () => {
  const average = Float32Array.of(1);
  const weights = new Map([["w", Float32Array.of(0)]]);
  for (let update = 0; update < 1000; update++) {
    updateMovingAverage(new Map([["w", average]]), weights, warmedUpDecay(0.9999, update));
  }
  expect(average[0]).toBeLessThan(1e-9);
});

test("an average of decay 0.9999 still moves if the weights hardly differ", () => {
  const average = Float32Array.of(1);
  updateMovingAverage(new Map([["w", average]]), new Map([["w", Float32Array.of(1.01)]]), 0.9999);
  expect(average[0]).toBeGreaterThan(1);
  expect(average[0]).toBeCloseTo(1.000001, 7);
});
