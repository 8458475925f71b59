import { expect, it } from "vitest";
import { runningMean } from "@/components/charts/running-mean";

it("equals a constant value from the first step on", () => {
  const points = Array.from({ length: 50 }, (_, index) => [index + 1, 0.25] as const);
  // Twelve digits: the mean is a sum of up to fifty rounded terms.
  for (const [, mean] of runningMean(points, 3)) expect(mean).toBeCloseTo(0.25, 12);
});

it("has 1/e of what was before left after its span", () => {
  const points = Array.from({ length: 1000 }, (_, index) => [index + 1, index < 500 ? 1 : 0] as const);
  const means = runningMean(points, 20);
  expect(means[499]![1]).toBeCloseTo(1, 6);
  // The start's correction is gone to within 1e-10 by then: exp(-500 / 20).
  expect(means[519]![1]).toBeCloseTo(Math.exp(-1), 9);
});

it("of a constant stretch does not depend on how finely it is measured", () => {
  const fine = Array.from({ length: 101 }, (_, index) => [index, index === 0 ? 1 : 0] as const);
  const coarse = [0, 10, 50, 100].map((step) => fine[step]!);
  const end = (points: readonly (readonly [number, number])[]) => runningMean(points, 30).at(-1)![1];
  expect(end(coarse) / end(fine)).toBeCloseTo(1, 9);
  expect(runningMean([], 5)).toEqual([]);
});
