/** Comparisons of what this machine computes with what the reference has, and which of them is the worst. */
import { type ReferenceValues, referenceFloats } from "./reference-case";
import { relativeError } from "./relative-error";

/**
 * What an error is: "relative" is a relative L2 error, "absolute" a difference, and "exact" the number of values that
 * differ although they must be the same.
 */
export type ErrorMeasure = "relative" | "absolute" | "exact";

/** One comparison within a check. */
export type Measured = {
  /** Which part of the case was compared. */
  readonly part: string;
  readonly error: number;
  readonly measure: ErrorMeasure;
  /** The largest error that passes. */
  readonly tolerance: number;
};

/** Values by their relative L2 error. Throws as relativeError, whose `floor` this is. */
export function compareRelatively(
  part: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { tolerance, floor = 0 }: { tolerance: number; floor?: number },
): Measured {
  return { part, error: relativeError(actual, expected, part, floor), measure: "relative", tolerance };
}

/** Values against the tensor of this name. Throws as referenceFloats and relativeError. */
export function compareWith(
  reference: ReferenceValues,
  part: string,
  actual: ArrayLike<number>,
  tolerance: number,
): Measured {
  return compareRelatively(part, actual, referenceFloats(reference, part), { tolerance });
}

/** Each value by its own relative error, however small beside the others; then how many there are. */
export function compareEach(
  part: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): Measured[] {
  const each = Array.from(expected, (value, index) =>
    compareRelatively(`${part}[${index}]`, [actual[index] ?? Number.NaN], [value], { tolerance }),
  );
  return [...each, compareExactly(`number of ${part}`, [actual.length], [expected.length])];
}

/** One value by its difference, NaN by the largest. */
export function compareAbsolutely(
  part: string,
  actual: number,
  expected: number,
  tolerance: number,
): Measured {
  const difference = Math.abs(actual - expected);
  const error = Number.isFinite(difference) ? difference : Number.MAX_VALUE;
  return { part, error, measure: "absolute", tolerance };
}

/** Values that must be the same, such as tokens; where they are not, the part says which is the first to differ. */
export function compareExactly<Value>(
  part: string,
  actual: readonly Value[],
  expected: readonly Value[],
): Measured {
  let error = 0;
  let first: number | null = null;
  for (let index = 0; index < Math.max(actual.length, expected.length); index++) {
    if (Object.is(actual[index], expected[index])) continue;
    error++;
    first ??= index;
  }
  const difference =
    first === null ? "" : `, value ${first}: ${say(actual[first])} instead of ${say(expected[first])}`;
  return { part: `${part}${difference}`, error, measure: "exact", tolerance: 0 };
}

const say = (value: unknown) => (value === undefined ? "none" : Object.is(value, -0) ? "-0" : String(value));

/** The comparison that comes closest to, or goes furthest beyond, its own tolerance. */
export function worstOf(measured: readonly Measured[]): Measured {
  return measured.reduce((worst, next) => (excess(next) > excess(worst) ? next : worst));
}

function excess({ error, tolerance }: Measured): number {
  return error === 0 ? 0 : error / tolerance;
}
