import { expect, test } from "vitest";
import { binomialAtLeast, binomialAtMost, isShareBelow } from "@/lib/numerics/binomial";

test("probabilities of counts are the sums of their terms", () => {
  expect(binomialAtMost(0, 5, 0.5)).toBeCloseTo(1 / 32, 14);
  expect(binomialAtMost(2, 10, 0.5)).toBeCloseTo((1 + 10 + 45) / 1024, 14);
  expect(binomialAtLeast(3, 3, 0.9)).toBeCloseTo(0.729, 14);
  expect(binomialAtMost(-1, 5, 0.5)).toBe(0);
  expect(binomialAtMost(5, 5, 0.5)).toBe(1);
  expect(binomialAtLeast(1, 5, 0)).toBe(0);
  expect(binomialAtLeast(5, 5, 1)).toBe(1);
  // R: pbinom(450, 1000, 0.5)
  expect(binomialAtMost(450, 1000, 0.5)).toBeCloseTo(0.000865268, 9);
});

test("a share is below what is required where Clopper and Pearson's one-sided interval ends below it", () => {
  // R: binom.test(1, 5, alternative = "less")$conf.int ends at 0.6574083, binom.test(2, 5, …) at 0.8107446.
  expect(isShareBelow(0.6575, 1, 5, 0.05)).toBe(true);
  expect(isShareBelow(0.6573, 1, 5, 0.05)).toBe(false);
  expect(isShareBelow(0.8108, 2, 5, 0.05)).toBe(true);
  expect(isShareBelow(0.8107, 2, 5, 0.05)).toBe(false);
  expect(isShareBelow(1, 4, 5, 0.05)).toBe(true);
  expect(isShareBelow(1, 5, 5, 0.05)).toBe(false);
  expect(isShareBelow(0.5, 0, 0, 0.05)).toBe(false);
});
