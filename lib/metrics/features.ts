/** A set of feature vectors, one per picture, and the checks every statistic over them starts with. */
import { SemblanceError } from "@/lib/errors";

/** `count` vectors of `dims` values each, row-major: vector i is `values[i * dims .. (i + 1) * dims)`. */
export type Features = {
  readonly count: number;
  readonly dims: number;
  readonly values: Float32Array | Float64Array;
};

/**
 * Refuses features that no statistic could answer for: a length that contradicts the shape, or a value that is not
 * finite. With this check in front, and no division by a quantity that may be zero behind it, no score can be NaN.
 *
 * @param name what the set is called in messages, such as the key it was read under
 * @throws SemblanceError `invalid_input` naming the set, the row and the column
 */
export function checkFeatures(features: Features, name: string): void {
  const { count, dims, values } = features;
  if (!Number.isInteger(count) || !Number.isInteger(dims) || dims < 1 || values.length !== count * dims) {
    throw new SemblanceError(
      "shape_mismatch",
      `"${name}" holds ${values.length} values, not ${count} × ${dims}.`,
      {
        remedy: "Give a matrix with one row per picture.",
      },
    );
  }
  const at = indexOfNonFinite(values);
  if (at >= 0) {
    const [row, column] = [Math.floor(at / dims), at % dims];
    throw new SemblanceError(
      "invalid_input",
      `"${name}" is ${values[at]} at row ${row}, column ${column}: not a finite number.`,
      { remedy: "Leave out the picture this row belongs to, or compute its features again." },
    );
  }
}

/** A loop of its own, since a callback for each of some millions of values takes as long as a matrix product. */
function indexOfNonFinite(values: ArrayLike<number>): number {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]!)) return i;
  }
  return -1;
}

/**
 * Checks two sets that are to be compared.
 *
 * @param minimum the fewest vectors the statistic is defined for
 * @param statistic what is being computed, for the message
 * @throws SemblanceError `invalid_input` (too few, or not finite), `shape_mismatch` (different widths)
 */
export function checkFeaturePair(
  a: Features,
  b: Features,
  {
    minimum,
    statistic,
    names = ["a", "b"],
  }: { minimum: number; statistic: string; names?: [string, string] },
): void {
  checkFeatures(a, names[0]);
  checkFeatures(b, names[1]);
  if (a.dims !== b.dims) {
    throw new SemblanceError(
      "shape_mismatch",
      `"${names[0]}" has ${a.dims} dimensions and "${names[1]}" has ${b.dims}.`,
      { remedy: "Compare features of the same network and layer." },
    );
  }
  for (const [set, name] of [
    [a, names[0]],
    [b, names[1]],
  ] as const) {
    if (set.count < minimum) {
      throw new SemblanceError(
        "invalid_input",
        `The ${statistic} needs at least ${minimum} pictures on each side; "${name}" has ${set.count}.`,
        { remedy: "Add pictures, or choose a metric that is defined for so few." },
      );
    }
  }
}

/** The mean vector, summed in float64. */
export function meanOfFeatures({ count, dims, values }: Features): Float64Array {
  const mean = new Float64Array(dims);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < dims; j++) mean[j]! += values[i * dims + j]!;
  }
  for (let j = 0; j < dims; j++) mean[j]! /= count;
  return mean;
}

/** The vectors at `rows` (repetition allowed) as a new set. */
export function selectFeatures({ dims, values }: Features, rows: ArrayLike<number>): Features {
  const selected = new (values.constructor as new (length: number) => Float32Array | Float64Array)(
    rows.length * dims,
  );
  for (let i = 0; i < rows.length; i++) {
    selected.set(values.subarray(rows[i]! * dims, (rows[i]! + 1) * dims), i * dims);
  }
  return { count: rows.length, dims, values: selected };
}

/** The vectors scaled to length 1, in float64; a vector of zeros stays one, and its cosine with anything is 0. */
export function toUnitLength({ count, dims, values }: Features): Features {
  const unit = new Float64Array(values);
  for (let i = 0; i < count; i++) {
    let squares = 0;
    for (let j = i * dims; j < (i + 1) * dims; j++) squares += unit[j]! * unit[j]!;
    const norm = Math.sqrt(squares);
    if (norm > 0) for (let j = i * dims; j < (i + 1) * dims; j++) unit[j]! /= norm;
  }
  return { count, dims, values: unit };
}

/** x·x of every vector, in float64. */
export function squaredNorms({ count, dims, values }: Features): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let j = i * dims; j < (i + 1) * dims; j++) sum += values[j]! * values[j]!;
    return sum;
  });
}

/** The set in consecutive parts of at most `size` vectors, which are views of it, with the number of their first. */
export function* rowBlocks(
  { count, dims, values }: Features,
  size: number,
): Generator<{ start: number; block: Features }> {
  for (let start = 0; start < count; start += size) {
    const end = Math.min(count, start + size);
    yield { start, block: { count: end - start, dims, values: values.subarray(start * dims, end * dims) } };
  }
}
