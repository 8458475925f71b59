/** Products on the card are those of plain loops in double precision, at sizes that no tile divides. */
import { expect, test } from "vitest";
import { type ProductShape, product } from "@/lib/engine/webgpu/kernels/product";
import { type Tile, type Tuning, tileThreads } from "@/lib/engine/webgpu/kernels/tiling";
import { Random } from "@/lib/numerics/random";
import { relativeError } from "../../check-operation";
import { softwareCard } from "./software-card";

const card = await softwareCard();

const square: Tile = { rows: 16, columns: 16, depth: 16, rowsPerThread: 4, columnsPerThread: 4 };
const wide: Tile = { rows: 16, columns: 32, depth: 8, rowsPerThread: 4, columnsPerThread: 8 };
const whole = (tile: Tile): Tuning => ({ tiles: [tile], threads: 1, threadsOfRow: 8, attentionBlock: 16 });
/** So many idle threads that sums are split. */
const split = (tile: Tile): Tuning => ({
  tiles: [tile],
  threads: 64 * tileThreads(tile),
  threadsOfRow: 8,
  attentionBlock: 16,
});

const cases: readonly (ProductShape & { tuning: Tuning })[] = [
  { rows: 37, columns: 21, terms: 51, bias: true, tuning: whole(square) },
  { rows: 36, columns: 20, terms: 40, transposeRight: true, scale: 0.5, bias: true, tuning: whole(wide) },
  { rows: 20, columns: 36, terms: 332, transposeLeft: true, bias: true, scale: 2, tuning: split(square) },
  {
    rows: 7,
    columns: 9,
    terms: 301,
    transposeLeft: true,
    transposeRight: true,
    bias: true,
    tuning: split(wide),
  },
  { rows: 16, columns: 32, terms: 16, transposeRight: true, tuning: whole(wide) },
  { rows: 1, columns: 35, terms: 77, transposeRight: true, bias: true, tuning: whole(square) },
  { rows: 3, columns: 37, terms: 77, transposeLeft: true, scale: 0.5, tuning: whole(square) },
  {
    ...{ rows: 12, columns: 8, terms: 24, tuning: whole(square) },
    batch: [
      { size: 3, left: 2, right: 0 },
      { size: 2, left: 1, right: 1 },
    ],
  },
];

test.skipIf(card === null)(
  "products with every transposition, bias, factor, batch and split sum",
  async () => {
    const random = new Random(7);
    for (const { tuning, ...shape } of cases) {
      const { rows, columns, terms, batch = [], transposeLeft, transposeRight, scale = 1 } = shape;
      const matrices = (side: "left" | "right") =>
        batch.reduce((count, axis) => count + (axis.size - 1) * axis[side], 1);
      const [left, right] = [
        random.normals(matrices("left") * rows * terms),
        random.normals(matrices("right") * terms * columns),
      ];
      const bias = random.normals(columns);
      const expected: number[] = [];
      for (const [leftMatrix, rightMatrix] of pairs(batch)) {
        for (let row = 0; row < rows; row++) {
          for (let column = 0; column < columns; column++) {
            let sum = 0;
            for (let term = 0; term < terms; term++) {
              const a = transposeLeft ? term * rows + row : row * terms + term;
              const b = transposeRight ? column * terms + term : term * columns + column;
              sum += left[leftMatrix * rows * terms + a]! * right[rightMatrix * terms * columns + b]!;
            }
            expected.push(sum * scale + (shape.bias ? bias[column]! : 0));
          }
        }
      }
      const inputs = [left, right, ...(shape.bias ? [bias] : [])];
      const [result] = await card!.run(product(shape, tuning), inputs, [expected.length]);
      expect(relativeError(result!, expected), JSON.stringify(shape)).toBeLessThan(1e-6);
    }
  },
);

/** The matrices of each product, the last axis fastest. */
function pairs(batch: NonNullable<ProductShape["batch"]>): [left: number, right: number][] {
  return batch.reduce<[number, number][]>(
    (found, { size, left, right }) =>
      found.flatMap(([a, b]) =>
        Array.from({ length: size }, (_, i): [number, number] => [a + i * left, b + i * right]),
      ),
    [[0, 0]],
  );
}
