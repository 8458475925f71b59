/** How far an array is from the expected one. */
import { SemblanceError } from "@/lib/errors";

/**
 * The relative L2 error ‖actual - expected‖ / max(‖expected‖, floor), in float64. Where a value is not
 * finite it is the largest number, which unlike infinity JSON can hold.
 *
 * @param floor the norm below which `expected` counts as zero up to rounding.
 * @throws SemblanceError `shape_mismatch` naming `what` where the lengths differ.
 */
export function relativeError(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  what: string,
  floor = 0,
): number {
  if (actual.length !== expected.length) {
    throw new SemblanceError(
      "shape_mismatch",
      `${what}: ${expected.length} values were expected, but ${actual.length} were computed.`,
      { remedy: "Check that the files of the case belong together." },
    );
  }
  let difference = 0;
  let total = 0;
  for (let index = 0; index < expected.length; index++) {
    difference += (actual[index]! - expected[index]!) ** 2;
    total += expected[index]! ** 2;
  }
  if (difference === 0) return 0;
  const error = Math.sqrt(difference) / Math.max(Math.sqrt(total), floor);
  return Number.isFinite(error) ? error : Number.MAX_VALUE;
}

/** ‖values‖ in float64: float32 sums over millions of values are off by as much as the tolerances here. */
export function norm(values: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < values.length; index++) total += values[index]! ** 2;
  return Math.sqrt(total);
}
