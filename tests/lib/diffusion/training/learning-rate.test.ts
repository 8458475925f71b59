/** Learning rates of the schedules, by their formulas and beside reference values. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { learningRateAt, learningRateSchedules } from "@/lib/diffusion/training/learning-rate";
import { sharedPath } from "@/tests/shared";

const referencePath = sharedPath("parity/accumulate-tiny.json");

type Reference = {
  base_lr: number;
  warmup: number;
  total: number;
  steps: number[];
  cosine: number[];
  linear: number[];
};

describe.skipIf(referencePath === null)("the published schedules", () => {
  it.each(["cosine", "linear"] as const)("are met: %s", (learningRateSchedule) => {
    const { schedules } = JSON.parse(readFileSync(referencePath!, "utf8")) as { schedules: Reference[] };
    expect(schedules.length).toBeGreaterThan(0);
    for (const reference of schedules) {
      const plan = { learningRateSchedule, learningRate: reference.base_lr, warmupSteps: reference.warmup };
      for (const [at, step] of reference.steps.entries()) {
        const expected = reference[learningRateSchedule][at]!;
        const rate = learningRateAt(plan, step, reference.total);
        expect(Math.abs(rate - expected), `step ${step}`).toBeLessThanOrEqual(1e-12 * expected);
      }
    }
  });
});

describe("learningRateAt", () => {
  const learningRate = 0.01;

  it.each(learningRateSchedules)("%s rises evenly from 0 to the full rate", (learningRateSchedule) => {
    const plan = { learningRateSchedule, learningRate, warmupSteps: 4 };
    const rates = [0, 1, 2, 3, 4].map((step) => learningRateAt(plan, step, 20));
    expect(rates).toEqual([0, 0.0025, 0.005, 0.0075, 0.01]);
  });

  it.each(learningRateSchedules)("%s without a warm-up begins with the full rate", (learningRateSchedule) => {
    expect(learningRateAt({ learningRateSchedule, learningRate, warmupSteps: 0 }, 0, 20)).toBe(learningRate);
  });

  it("is constant, falls linearly, or falls along half a cosine", () => {
    const rateOf = (learningRateSchedule: (typeof learningRateSchedules)[number], step: number) =>
      learningRateAt({ learningRateSchedule, learningRate, warmupSteps: 2 }, step, 10);
    for (const step of [2, 4, 6, 10]) expect(rateOf("constant", step)).toBe(learningRate);
    expect([2, 4, 6, 10].map((step) => rateOf("linear", step))).toEqual([0.01, 0.0075, 0.005, 0]);
    expect(rateOf("cosine", 4)).toBeCloseTo(0.005 * (1 + Math.SQRT1_2), 15);
    expect(rateOf("cosine", 6)).toBeCloseTo(0.005, 15);
    expect(rateOf("cosine", 10)).toBe(0);
  });

  it.each(learningRateSchedules)(
    "%s with a warm-up longer than the run never reaches the full rate",
    (learningRateSchedule) => {
      const rates = Array.from({ length: 5 }, (_, step) =>
        learningRateAt({ learningRateSchedule, learningRate, warmupSteps: 100 }, step, 5),
      );
      expect(rates.map((rate) => Number(rate.toPrecision(12)))).toEqual([0, 1e-4, 2e-4, 3e-4, 4e-4]);
    },
  );
});
