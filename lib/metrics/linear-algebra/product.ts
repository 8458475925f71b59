/** Products of row-major matrices in float64: small ones here, large ones on the engine. */
import { Graph } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import { createSession } from "@/lib/engine/runtime/session";

type Matrix = Float32Array | Float64Array;

/** From this number of multiplications on, opening a session is cheaper than multiplying here. */
const WORTH_A_SESSION = 3e7;

/**
 * X Yᵀ, row-major [xRows, yRows], every sum in float64.
 *
 * @param x [xRows, width]
 * @param y [yRows, width]
 */
export async function productWithTranspose(
  x: Matrix,
  xRows: number,
  y: Matrix,
  yRows: number,
  width: number,
): Promise<Float64Array> {
  if (xRows * yRows * width < WORTH_A_SESSION) return multiplyByTranspose(x, xRows, y, yRows, width);
  return multiplyOnEngine({ values: x, shape: [xRows, width] }, { values: y, shape: [yRows, width] }, "b");
}

/** XᵀX, row-major [columns, columns], every sum in float64. */
export function gramOfColumns(x: Float64Array, rows: number, columns: number): Promise<Float64Array> {
  const operand = { values: x, shape: [rows, columns] as const };
  return multiplyOnEngine(operand, operand, "a");
}

type Operand = { readonly values: Matrix; readonly shape: readonly [rows: number, columns: number] };

async function multiplyOnEngine(a: Operand, b: Operand, transposed: "a" | "b"): Promise<Float64Array> {
  const graph = new Graph("product");
  const factors = [graph.input("a", a.shape, "float64"), graph.input("b", b.shape, "float64")] as const;
  graph.output(
    "product",
    op.matmul(...factors, { transposeA: transposed === "a", transposeB: transposed === "b" }),
  );
  const session = await createSession(graph);
  try {
    const { product } = await session.run({ a: toFloat64(a.values), b: toFloat64(b.values) });
    return product as Float64Array;
  } finally {
    await session.release();
  }
}

function toFloat64(values: Matrix): Float64Array {
  return values instanceof Float64Array ? values : new Float64Array(values);
}

/**
 * X Yᵀ as above, at once and in plain TypeScript.
 *
 * Two rows of X meet four of Y at a time, so that each value loaded serves several of the eight running sums.
 *
 * @param x [xRows, width]
 * @param y [yRows, width]
 */
export function multiplyByTranspose(
  x: ArrayLike<number>,
  xRows: number,
  y: ArrayLike<number>,
  yRows: number,
  width: number,
): Float64Array {
  const product = new Float64Array(xRows * yRows);
  const blockedRows = xRows - (xRows % 2);
  const blockedColumns = yRows - (yRows % 4);
  for (let i = 0; i < blockedRows; i += 2) {
    for (let j = 0; j < blockedColumns; j += 4) {
      addBlock(product, x, y, i, j, yRows, width);
    }
  }
  for (let i = 0; i < xRows; i++) {
    for (let j = i < blockedRows ? blockedColumns : 0; j < yRows; j++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += x[i * width + k]! * y[j * width + k]!;
      product[i * yRows + j] = sum;
    }
  }
  return product;
}

function addBlock(
  product: Float64Array,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  i: number,
  j: number,
  columns: number,
  width: number,
): void {
  let [s00, s01, s02, s03, s10, s11, s12, s13] = [0, 0, 0, 0, 0, 0, 0, 0];
  const [x0, x1] = [i * width, (i + 1) * width];
  const [y0, y1, y2, y3] = [j * width, (j + 1) * width, (j + 2) * width, (j + 3) * width];
  for (let k = 0; k < width; k++) {
    const [a, b] = [x[x0 + k]!, x[x1 + k]!];
    const [c, d, e, f] = [y[y0 + k]!, y[y1 + k]!, y[y2 + k]!, y[y3 + k]!];
    s00 += a * c;
    s01 += a * d;
    s02 += a * e;
    s03 += a * f;
    s10 += b * c;
    s11 += b * d;
    s12 += b * e;
    s13 += b * f;
  }
  const at = i * columns + j;
  product[at] = s00;
  product[at + 1] = s01;
  product[at + 2] = s02;
  product[at + 3] = s03;
  product[at + columns] = s10;
  product[at + columns + 1] = s11;
  product[at + columns + 2] = s12;
  product[at + columns + 3] = s13;
}
