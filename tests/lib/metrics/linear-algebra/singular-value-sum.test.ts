import { describe, expect, test } from "vitest";
import { bidiagonalNuclearNorm } from "@/lib/metrics/linear-algebra/bidiagonal-nuclear-norm";
import { bidiagonalise } from "@/lib/metrics/linear-algebra/bidiagonalise";
import { choleskyFactor } from "@/lib/metrics/linear-algebra/cholesky-factor";
import {
  gramOfColumns,
  multiplyByTranspose,
  productWithTranspose,
} from "@/lib/metrics/linear-algebra/product";
import { singularValueSum } from "@/lib/metrics/linear-algebra/singular-value-sum";
import { triangularFactor } from "@/lib/metrics/linear-algebra/triangular-factor";
import { pseudoNormals } from "../pseudo-normals";

/** Rounding of a backward stable algorithm: a modest multiple of 2^-52 of the largest singular value. */
const STABLE = 1e-13;

describe("the sum of the singular values", () => {
  test("of a diagonal matrix is that of its magnitudes", () => {
    const matrix = new Float64Array([3, 0, 0, 0, -7, 0, 0, 0, 0.5]);
    expect(singularValueSum(matrix, 3, 3)).toBeCloseTo(10.5, 13);
  });

  test("of the Hilbert matrix, all of whose eigenvalues are positive, is its trace", () => {
    // Their magnitudes range over 13 decades: all of them must be met, the largest to every digit.
    const hilbert = Float64Array.from({ length: 100 }, (_, at) => 1 / (Math.floor(at / 10) + (at % 10) + 1));
    const trace = Array.from({ length: 10 }, (_, i) => 1 / (2 * i + 1)).reduce(
      (sum, value) => sum + value,
      0,
    );
    expect(Math.abs(singularValueSum(hilbert, 10, 10) - trace)).toBeLessThan(STABLE);
  });

  // Q1 diag(s) Q2ᵀ with reflections I - 2 q qᵀ for Q1 and Q2 has exactly the singular values s.
  test.each([
    [40, 40],
    [57, 40],
    [90, 40],
    [40, 57],
    [33, 1],
    [1, 33],
  ])("of a constructed %i × %i matrix is that of those it was built from", (rows, columns) => {
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
    const expected = built.reduce((sum, value) => sum + value, 0);
    expect(Math.abs(singularValueSum(matrix, rows, columns) - expected)).toBeLessThan(STABLE);
  });

  test("of a matrix of rank one is its norm", () => {
    const [column, row] = [pseudoNormals(30, 3), pseudoNormals(20, 4)];
    const matrix = Float64Array.from(
      { length: 600 },
      (_, at) => column[Math.floor(at / 20)]! * row[at % 20]!,
    );
    expect(singularValueSum(matrix, 30, 20) / (Math.hypot(...column) * Math.hypot(...row))).toBeCloseTo(
      1,
      12,
    );
  });

  test.each([1e-160, 1e160])("does not lose digits at magnitude %d, where squares leave float64", (scale) => {
    const matrix = pseudoNormals(64, 5);
    const plain = singularValueSum(matrix.slice(), 8, 8);
    const scaled = singularValueSum(
      matrix.map((value) => value * scale),
      8,
      8,
    );
    expect(scaled / scale / plain).toBeCloseTo(1, 12);
  });

  test("is not affected by the previous matrix in the same memory, large or small", () => {
    const sizes = [600, 20, 601];
    const sums = () => sizes.map((size) => singularValueSum(pseudoNormals(size * size, size), size, size));
    const first = sums();
    expect(sums()).toEqual(first);
    // The semicircle's law: of an n × n matrix of normal numbers about 8 / 3π n^1.5.
    for (const [i, size] of sizes.entries()) {
      expect(first[i]! / ((8 / (3 * Math.PI)) * size ** 1.5)).toBeCloseTo(1, 1);
    }
  });

  test("of a matrix with a value that is not finite is an error, and the next one is computed", () => {
    expect(() => singularValueSum(new Float64Array(2500).fill(Number.NaN), 50, 50)).toThrow("not finite");
    const broken = new Float64Array(2500).fill(Number.POSITIVE_INFINITY);
    expect(() => singularValueSum(broken, 50, 50)).toThrow("not finite");
    const one = new Float64Array(2500);
    one[0] = 3;
    expect(singularValueSum(one, 50, 50)).toBeCloseTo(3, 13);
  });

  test("of matrices with zero rows, columns or nothing at all is finite", () => {
    expect(singularValueSum(new Float64Array(12), 4, 3)).toBe(0);
    expect(singularValueSum(new Float64Array(0), 0, 5)).toBe(0);
    expect(singularValueSum(new Float64Array([0, 0, 0, 2]), 2, 2)).toBeCloseTo(2, 14);
  });
});

test.each([
  [1, 1],
  [2, 2],
  [9, 8],
  [16, 9],
  [31, 17],
  [75, 73],
])("the bidiagonal matrix of a %i × %i one keeps the invariants of its singular values", (rows, columns) => {
  const matrix = pseudoNormals(rows * columns, 13);
  const { main, upper } = bidiagonalise(matrix, rows, columns);
  // tr AᵀA and tr (AᵀA)² are the sums of σ² and of σ⁴; with B in A's place both come from its diagonals.
  const gram = Array.from({ length: columns ** 2 }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let k = 0; k < rows; k++) sum += matrix[k * columns + i]! * matrix[k * columns + j]!;
    return sum;
  });
  const diagonal = Array.from(main, (value, i) => value ** 2 + (i > 0 ? upper[i - 1]! ** 2 : 0));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const traceOfGram = sum(gram.filter((_, at) => at % (columns + 1) === 0));
  expect(sum(diagonal) / traceOfGram).toBeCloseTo(1, 13);
  const beside = Array.from(upper, (value, i) => (value * main[i]!) ** 2);
  const squares = sum(diagonal.map((value) => value ** 2)) + 2 * sum(beside);
  expect(squares / sum(gram.map((value) => value ** 2))).toBeCloseTo(1, 13);
});

describe("the nuclear norm of a bidiagonal matrix", () => {
  test("of two rows is that of the formula", () => {
    // For 2 × 2: (σ1 + σ2)² = |B|² + 2 |det B|.
    const norm = bidiagonalNuclearNorm({ main: Float64Array.of(3, -2), upper: Float64Array.of(5) });
    expect(norm).toBeCloseTo(Math.sqrt(9 + 4 + 25 + 2 * 6), 13);
  });

  test("handles singular values of any magnitude", () => {
    for (const values of [[1], [1, 1e-3, 1e-6, 1e-9], [1e-100, 1e-110], [0, 4, 0, 0], [1e10, 1e10]]) {
      const upper = new Float64Array(values.length - 1);
      const norm = bidiagonalNuclearNorm({ main: Float64Array.from(values), upper });
      expect(norm / values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 13);
    }
  });

  test("survives zeros on the main diagonal, first, inside and last", () => {
    for (const at of [0, 2, 4]) {
      const main = new Float64Array([1, 2, 3, 4, 5]);
      main[at] = 0;
      const upper = new Float64Array([1, 1, 1, 1]);
      const dense = Float64Array.from({ length: 25 }, (_, i) =>
        i % 6 === 0 ? main[i / 6]! : i % 6 === 1 ? upper[(i - 1) / 6]! : 0,
      );
      const norm = bidiagonalNuclearNorm({ main, upper });
      expect(norm).toBeCloseTo(singularValueSum(dense, 5, 5), 12);
      const squares = [...main, ...upper].reduce((sum, value) => sum + value * value, 0);
      expect(norm).toBeGreaterThan(Math.sqrt(squares));
      expect(norm).toBeLessThan(Math.sqrt(4 * squares));
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
