/** Comparison of numbers by relative difference. */
import { expect } from "vitest";

/** Fails unless `actual` differs from `expected` by at most `tolerance` times its magnitude. */
export function expectClose(actual: number | undefined, expected: number, tolerance: number): void {
  expect(actual).toBeTypeOf("number");
  const difference = Math.abs((actual as number) - expected);
  expect(difference, `${actual} differs from ${expected}`).toBeLessThanOrEqual(
    tolerance * Math.abs(expected),
  );
}
