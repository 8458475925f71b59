import { describe, expect, test } from "vitest";
import { bidiagonalSingularValues } from "@/lib/metrics/linear-algebra/bidiagonal-singular-values";
import { choleskyFactor } from "@/lib/metrics/linear-algebra/cholesky-factor";
import { nuclearNorm } from "@/lib/metrics/linear-algebra/nuclear-norm";
import {
  gramOfColumns,
  multiplyByTranspose,
  productWithTranspose,
} from "@/lib/metrics/linear-algebra/product";
import { singularValues } from "@/lib/metrics/linear-algebra/singular-values";
import { triangularFactor } from "@/lib/metrics/linear-algebra/triangular-factor";
import { pseudoNormals } from "../pseudo-normals";

/** Rounding of a backward stable algorithm: a modest multiple of 2^-52 of the largest singular value. */
const STABLE = 1e-13;

const sorted = (values: Float64Array) => Array.from(values).sort((a, b) => b - a);

describe("singular values", () => {
  test("of a diagonal matrix are its magnitudes", () => {
    const matrix = new Float64Array([3, 0, 0, 0, -7, 0, 0, 0, 0.5]);
    expect(sorted(singularValues(matrix, 3, 3))).toEqual([7, 3, 0.5]);
  });

  test("of the Hilbert matrix of order 4 are its known eigenvalues", () => {
    const hilbert = Float64Array.from({ length: 16 }, (_, i) => 1 / ((i >> 2) + (i & 3) + 1));
    const known = [1.5002142800592426, 0.16914122022145003, 0.006738273605760747, 0.000096702304022587];
    sorted(singularValues(hilbert, 4, 4)).forEach((value, i) => {
      expect(Math.abs(value - known[i]!)).toBeLessThan(STABLE);
    });
  });

  // Q1 diag(s) Q2ᵀ with reflections I - 2 q qᵀ for Q1 and Q2 has exactly the singular values s.
  test.each([
    [40, 40],
    [57, 40],
    [90, 40],
    [40, 57],
    [33, 1],
    [1, 33],
  ])("of a constructed %i × %i matrix are those it was built from", (rows, columns) => {
    const least = Math.min(rows, columns);
    const built = Float64Array.from({ length: least }, (_, i) => 10 ** (-i / 4));
    const unit = (length: number, seed: number) => {
      const vector = pseudoNormals(length, seed);
      const norm = Math.hypot(...vector);
      return vector.map((value) => value / norm);
    };
    const [p, q] = [unit(rows, 1), unit(columns, 2)];
    const reflect = (vector: Float64Array, i: number, j: number) =>
      (i === j ? 1 : 0) - 2 * vector[i]! * vector[j]!;
    const matrix = Float64Array.from({ length: rows * columns }, (_, at) => {
      const [i, j] = [Math.floor(at / columns), at % columns];
      return built.reduce((sum, s, k) => sum + reflect(p, i, k) * s * reflect(q, k, j), 0);
    });
    sorted(singularValues(matrix, rows, columns)).forEach((value, i) => {
      expect(Math.abs(value - built[i]!)).toBeLessThan(STABLE);
    });
  });

  test("of a matrix of rank one leave all but one at zero", () => {
    const [column, row] = [pseudoNormals(30, 3), pseudoNormals(20, 4)];
    const matrix = Float64Array.from(
      { length: 600 },
      (_, at) => column[Math.floor(at / 20)]! * row[at % 20]!,
    );
    const values = sorted(singularValues(matrix, 30, 20));
    expect(values[0]! / (Math.hypot(...column) * Math.hypot(...row))).toBeCloseTo(1, 12);
    for (const value of values.slice(1)) expect(value).toBeLessThan(STABLE * values[0]!);
  });

  test.each([1e-160, 1e160])(
    "do not lose digits at magnitude %d, where squares leave float64",
    async (scale) => {
      const matrix = pseudoNormals(64, 5);
      const plain = await nuclearNorm(matrix.slice(), 8, 8);
      expect(
        (await nuclearNorm(
          matrix.map((value) => value * scale),
          8,
          8,
        )) /
          scale /
          plain,
      ).toBeCloseTo(1, 12);
    },
  );

  test("of matrices with zero rows, columns or nothing at all are finite", () => {
    expect(sorted(singularValues(new Float64Array(12), 4, 3))).toEqual([0, 0, 0]);
    expect(singularValues(new Float64Array(0), 0, 5)).toHaveLength(0);
    expect(sorted(singularValues(new Float64Array([0, 0, 0, 2]), 2, 2))).toEqual([2, 0]);
  });

  test("survive zeros on the bidiagonal's main diagonal, first, inside and last", () => {
    for (const at of [0, 2, 4]) {
      const main = new Float64Array([1, 2, 3, 4, 5]);
      main[at] = 0;
      const upper = new Float64Array([1, 1, 1, 1]);
      const squares = [...main, ...upper].reduce((sum, value) => sum + value * value, 0);
      const values = bidiagonalSingularValues({ main, upper });
      expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(squares, 12);
      expect(Math.min(...values)).toBeLessThan(STABLE);
    }
  });
});

test("the triangle R of X = QR has RᵀR = XᵀX", () => {
  const [rows, columns] = [37, 11];
  const x = pseudoNormals(rows * columns, 6);
  const transpose = (m: Float64Array, r: number, c: number) =>
    Float64Array.from({ length: m.length }, (_, at) => m[(at % r) * c + Math.floor(at / r)]!);
  const gram = multiplyByTranspose(
    transpose(x, rows, columns),
    columns,
    transpose(x, rows, columns),
    columns,
    rows,
  );
  const r = triangularFactor(x.slice(), rows, columns);
  const fromFactor = transpose(r, columns, columns);
  multiplyByTranspose(fromFactor, columns, fromFactor, columns, columns).forEach((value, i) => {
    expect(Math.abs(value - gram[i]!)).toBeLessThan(1e-12);
  });
});

test.each([
  [1, 1],
  [2, 4],
  [5, 7],
  [3, 3],
])("products of %i and %i rows match the definition at every remainder of the blocking", (xRows, yRows) => {
  const [x, y] = [pseudoNormals(xRows * 9, 7), pseudoNormals(yRows * 9, 8)];
  multiplyByTranspose(x, xRows, y, yRows, 9).forEach((value, at) => {
    const [i, j] = [Math.floor(at / yRows), at % yRows];
    let expected = 0;
    for (let k = 0; k < 9; k++) expected += x[i * 9 + k]! * y[j * 9 + k]!;
    expect(value).toBeCloseTo(expected, 13);
  });
});

describe("products on the engine", () => {
  test("are those computed here, in float64", async () => {
    const [x, y] = [pseudoNormals(300 * 400, 9), pseudoNormals(260 * 400, 10)];
    const here = multiplyByTranspose(x, 300, y, 260, 400);
    const there = await productWithTranspose(x, 300, y, 260, 400);
    // Sums of 400 terms of about 1: float64 leaves 1e-13, float32 would leave 1e-5.
    const worst = there.reduce((most, value, i) => Math.max(most, Math.abs(value - here[i]!)), 0);
    expect(worst).toBeLessThan(1e-11);
  });

  test("give XᵀX", async () => {
    const [rows, columns] = [90, 3];
    const x = pseudoNormals(rows * columns, 11);
    const gram = await gramOfColumns(x, rows, columns);
    for (const [i, j] of [
      [0, 0],
      [1, 2],
      [2, 1],
    ] as const) {
      let expected = 0;
      for (let k = 0; k < rows; k++) expected += x[k * columns + i]! * x[k * columns + j]!;
      expect(Math.abs(gram[i * columns + j]! / expected - 1)).toBeLessThan(1e-11);
    }
  });
});

describe("the Cholesky factor", () => {
  const productOf = (factor: Float64Array, rows: number, size: number, i: number, j: number) => {
    let sum = 0;
    for (let k = 0; k < rows; k++) sum += factor[k * size + i]! * factor[k * size + j]!;
    return sum;
  };

  // Of 12 dimensions once 60 vectors, full rank; once 5, rank 5.
  test.each([
    [60, 12],
    [5, 5],
  ])("of the Gram matrix of %i vectors has rank %i and multiplies back to it", async (count, rank) => {
    const gram = await gramOfColumns(pseudoNormals(count * 12, 12), count, 12);
    const { factor, rows, leastPivot } = choleskyFactor(gram.slice(), 12);
    expect(rows).toBe(rank);
    expect(leastPivot > 0).toBe(rank === 12);
    for (let i = 0; i < 12; i++) {
      for (let j = 0; j < 12; j++) {
        expect(Math.abs(productOf(factor, rows, 12, i, j) - gram[i * 12 + j]!)).toBeLessThan(1e-12 * count);
      }
    }
  });

  test("of zeros has no rows", () => {
    expect(choleskyFactor(new Float64Array(4), 2)).toMatchObject({ rows: 0, leastPivot: 0 });
  });
});
