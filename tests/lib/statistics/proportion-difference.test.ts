import { expect, test } from "vitest";
import { proportionDifference } from "@/lib/statistics/proportion-difference";

// Newcombe (1998), table II, method 10.
test.each([
  [56, 70, 48, 80, 0.2, 0.0524, 0.3339],
  [9, 10, 3, 10, 0.6, 0.1705, 0.809],
  [5, 56, 0, 29, 0.0893, -0.0381, 0.1926],
  [10, 10, 0, 10, 1, 0.6075, 1],
])("%i of %i and %i of %i: the published interval", (a, m, b, n, value, low, high) => {
  const difference = proportionDifference({ count: a, of: m }, { count: b, of: n }, 0.95);
  expect(difference.value).toBeCloseTo(value, 4);
  expect(difference.low).toBeCloseTo(low, 4);
  expect(difference.high).toBeCloseTo(high, 4);
});
