/** A set of feature vectors, one per image, and the checks every statistic over them starts with. */
import { SemblanceError } from "@/lib/errors";

/** `count` vectors of `dims` values each, row-major: vector i is `values[i * dims .. (i + 1) * dims)`. */
export type Features = {
  readonly count: number;
  readonly dims: number;
  /** All of them. For a set in a file, this reads the whole file: statistics of large sets use `rowBlocks`. */
  readonly values: Float32Array | Float64Array;
  /** For a set that is not in memory: vectors from `start` up to, but not including, `end`. */
  readonly rows?: (start: number, end: number) => Float32Array | Float64Array;
};

/** Vectors that are looked at together where all that matters is to have few in memory: 16 MB of 2048 float64. */
const ROWS_AT_A_TIME = 1024;

/**
 * Rejects features for which no statistic is defined: a length that contradicts the shape, or a value that is not
 * finite. After this check, and without divisions by quantities that may be zero, no score can be NaN.
 *
 * @param name what the set is called in messages, such as the key it was read under
 * @throws SemblanceError `invalid_input` naming the set, the row and the column
 */
export function checkFeatures(features: Features, name: string): void {
  const { count, dims } = features;
  const held = features.rows ? count * dims : features.values.length;
  if (!Number.isInteger(count) || !Number.isInteger(dims) || dims < 1 || held !== count * dims) {
    throw new SemblanceError("shape_mismatch", `"${name}" holds ${held} values, not ${count} × ${dims}.`, {
      remedy: "Give a matrix with one row per image.",
    });
  }
  for (const { start, block } of rowBlocks(features, ROWS_AT_A_TIME)) {
    const at = indexOfNonFinite(block.values);
    if (at < 0) continue;
    const [row, column] = [start + Math.floor(at / dims), at % dims];
    throw new SemblanceError(
      "invalid_input",
      `"${name}" is ${block.values[at]} at row ${row}, column ${column}: not a finite number.`,
      { remedy: "Leave out the image this row belongs to, or compute its features again." },
    );
  }
}

/** Millions of values are only checked one by one if at least one of them is known to be NaN or infinite. */
function indexOfNonFinite(values: ArrayLike<number>): number {
  return isAllFinite(values)
    ? -1
    : Array.prototype.findIndex.call(values, (value) => !Number.isFinite(value));
}

/** Zero times a finite number is zero, otherwise NaN, which propagates through a sum; four independent sums are faster than one. */
function isAllFinite(values: ArrayLike<number>): boolean {
  const { length } = values;
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < length; i += 4) {
    a += values[i]! * 0;
    b += values[i + 1]! * 0;
    c += values[i + 2]! * 0;
    d += values[i + 3]! * 0;
  }
  for (; i < length; i++) a += values[i]! * 0;
  return a + b + c + d === 0;
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
        `The ${statistic} needs at least ${minimum} images on each side; "${name}" has ${set.count}.`,
        { remedy: "Add images, or choose a metric that is defined for so few." },
      );
    }
  }
}

/** The mean vector, summed in float64. */
export function meanOfFeatures(features: Features): Float64Array {
  const { count, dims } = features;
  const mean = new Float64Array(dims);
  for (const { block } of rowBlocks(features, ROWS_AT_A_TIME)) addRows(mean, block.values);
  for (let j = 0; j < dims; j++) mean[j]! /= count;
  return mean;
}

/** Four vectors at a time, so that a sum is read and written once for all of them. */
function addRows(sum: Float64Array, values: Float32Array | Float64Array): void {
  const dims = sum.length;
  const four = 4 * dims;
  let at = 0;
  for (; at + four <= values.length; at += four) {
    const [second, third, fourth] = [at + dims, at + 2 * dims, at + 3 * dims];
    for (let j = 0; j < dims; j++) {
      sum[j] = sum[j]! + values[at + j]! + values[second + j]! + values[third + j]! + values[fourth + j]!;
    }
  }
  for (; at < values.length; at += dims) {
    for (let j = 0; j < dims; j++) sum[j]! += values[at + j]!;
  }
}

/** The vectors at `rows` (repetition allowed) as a new set in memory. */
export function selectFeatures(features: Features, rows: ArrayLike<number>): Features {
  const { dims } = features;
  const one = (row: number) =>
    features.rows ? features.rows(row, row + 1) : features.values.subarray(row * dims, (row + 1) * dims);
  const isDouble = !features.rows && features.values instanceof Float64Array;
  const selected = isDouble ? new Float64Array(rows.length * dims) : new Float32Array(rows.length * dims);
  for (let i = 0; i < rows.length; i++) selected.set(one(rows[i]!), i * dims);
  return { count: rows.length, dims, values: selected };
}

/**
 * The vectors scaled to length 1, in float64; a vector of zeros is kept, and its cosine with anything is 0. For a set
 * that is not in memory each part is scaled when it is read.
 */
export function toUnitLength(features: Features): Features {
  const { count, dims, rows } = features;
  if (!rows) return { count, dims, values: scaledToUnit(features.values, dims) };
  const unitRows = (start: number, end: number) => scaledToUnit(rows(start, end), dims);
  return {
    count,
    dims,
    rows: unitRows,
    get values() {
      return unitRows(0, count);
    },
  };
}

function scaledToUnit(values: Float32Array | Float64Array, dims: number): Float64Array {
  const unit = new Float64Array(values);
  for (let at = 0; at < unit.length; at += dims) {
    let squares = 0;
    for (let j = at; j < at + dims; j++) squares += unit[j]! * unit[j]!;
    const norm = Math.sqrt(squares);
    if (norm > 0) for (let j = at; j < at + dims; j++) unit[j]! /= norm;
  }
  return unit;
}

/** The product of vector `i` of one matrix of `dims` columns with vector `j` of another. */
export function dot(x: ArrayLike<number>, i: number, y: ArrayLike<number>, j: number, dims: number): number {
  let sum = 0;
  for (let k = 0; k < dims; k++) sum += x[i * dims + k]! * y[j * dims + k]!;
  return sum;
}

/** x·x of every vector, in float64. */
export function squaredNorms(features: Features): Float64Array {
  const { count, dims } = features;
  const norms = new Float64Array(count);
  for (const { start, block } of rowBlocks(features, ROWS_AT_A_TIME)) {
    const { values } = block;
    for (let i = 0; i < block.count; i++) {
      let sum = 0;
      for (let j = i * dims; j < (i + 1) * dims; j++) sum += values[j]! * values[j]!;
      norms[start + i] = sum;
    }
  }
  return norms;
}

/** The set in consecutive parts of at most `size` vectors, views of it where it is in memory. */
export function* rowBlocks(
  features: Features,
  size: number,
): Generator<{ start: number; block: Omit<Features, "rows"> }> {
  const { count, dims, rows } = features;
  for (let start = 0; start < count; start += size) {
    const end = Math.min(count, start + size);
    const values = rows ? rows(start, end) : features.values.subarray(start * dims, end * dims);
    yield { start, block: { count: end - start, dims, values } };
  }
}
