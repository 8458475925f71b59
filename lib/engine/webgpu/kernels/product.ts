/** Products of matrices, for matmul and linear. */
import { inOneCall, type KernelSequence } from "../../graph/kernel";
import { fewRowsProduct, mostFewRows } from "./few-rows";
import { canYieldTerms, type Operand, tiledProduct } from "./tiled-product";
import { planTiling, type Tile, type Tuning } from "./tiling";

export type ProductShape = {
  readonly rows: number;
  readonly columns: number;
  readonly terms: number;
  /** Whether the left matrix is stored as [terms, rows] instead of [rows, terms]. */
  readonly transposeLeft?: boolean;
  /** Whether the right matrix is stored as [columns, terms] instead of [terms, columns]. */
  readonly transposeRight?: boolean;
  /** Axes over which products are repeated; default: none. A stride counts matrices, and is 0 where an operand repeats. */
  readonly batch?: readonly { readonly size: number; readonly left: number; readonly right: number }[];
  readonly scale?: number;
  /** Whether a third operand [columns] is added to every row. */
  readonly bias?: boolean;
};

/** Reads left, right and, with `bias`, the bias; writes [...batch, rows, columns]. */
export function product(shape: ProductShape, tuning: Tuning): KernelSequence {
  const { rows, columns, terms, batch = [], scale, bias = false } = shape;
  const { transposeLeft = false, transposeRight = false } = shape;
  if (rows <= mostFewRows && batch.length === 0) {
    const few = { rows, columns, terms, transposeLeft, transposeRight, scale: scale ?? 1, bias };
    return inOneCall(fewRowsProduct(few));
  }
  const size = { batch: batch.reduce((count, axis) => count * axis.size, 1), rows, columns, terms };
  const tiling = planTiling(size, tuning);
  const { tile } = tiling;
  const side = (operand: "left" | "right", transposed: boolean) =>
    matrixOperand(operand, {
      lines: operand === "left" ? rows : columns,
      tileLines: operand === "left" ? tile.rows : tile.columns,
      terms,
      tile,
      termsTogether: operand === "left" ? !transposed : transposed,
      matrix: matrixNumber(batch, operand),
    });
  return tiledProduct({
    label: `product ${size.batch} × ${rows} × ${columns} × ${terms}`,
    size,
    tiling,
    left: side("left", transposeLeft),
    right: side("right", transposeRight),
    resultIndex: `(batch * ${rows}u + row) * ${columns}u + column`,
    vectorResult: columns % 4 === 0,
    scale,
    biasIndex: bias ? (index) => `${index} % ${columns}u` : undefined,
  });
}

/** WGSL of the number of an operand's matrix in the batch. */
function matrixNumber(batch: NonNullable<ProductShape["batch"]>, operand: "left" | "right"): string {
  let inner = 1;
  const places: string[] = [];
  for (const axis of batch.toReversed()) {
    if (axis[operand] !== 0) places.push(`batch / ${inner}u % ${axis.size}u * ${axis[operand]}u`);
    inner *= axis.size;
  }
  return places.join(" + ") || "0u";
}

type MatrixOperand = {
  readonly lines: number;
  readonly tileLines: number;
  readonly terms: number;
  readonly tile: Tile;
  /** Whether a line's terms lie together in memory, rather than a term's lines. */
  readonly termsTogether: boolean;
  /** WGSL of the matrix's number. */
  readonly matrix: string;
};

/** An operand that is stored as a matrix, read in vectors where its rows are multiples of four. */
export function matrixOperand(operand: "left" | "right", layout: MatrixOperand): Operand {
  const { lines, tileLines, terms, tile, termsTogether, matrix } = layout;
  const index = termsTogether ? `line * ${terms}u + term` : `term * ${lines}u + line`;
  const vectors = termsTogether ? terms % 4 === 0 && canYieldTerms(tileLines, tile) : lines % 4 === 0;
  const together = termsTogether ? "terms" : "lines";
  return {
    yields: vectors ? together : "one",
    neighbours: together,
    element: vectors ? "vec4f" : "f32",
    code: loadCode(operand, {
      vectors,
      index: `(${matrix}) * ${lines * terms}u + ${index}`,
      inside: insideOf({ lines, tileLines, terms, depth: tile.depth }),
    }),
  };
}

/** WGSL of the condition that line and term are within the operand; null where tiles cannot leave it. */
export function insideOf(size: {
  readonly lines: number;
  readonly tileLines: number;
  readonly terms: number;
  readonly depth: number;
}): string | null {
  const conditions = [
    size.lines % size.tileLines === 0 ? [] : `(line < ${size.lines}u)`,
    size.terms % size.depth === 0 ? [] : `(term < ${size.terms}u)`,
  ].flat();
  return conditions.length === 0 ? null : conditions.join(" & ");
}

/** The load function of an operand at an index; outside it reads at 0, and gives zero, without a branch. */
export function loadCode(
  operand: "left" | "right",
  { vectors, index, inside }: { vectors: boolean; index: string; inside: string | null },
): string {
  const [type, zero] = vectors ? ["vec4f", "vec4f()"] : ["f32", "0f"];
  const at = (place: string) => `${operand}[${vectors ? `(${place}) / 4u` : place}]`;
  const body =
    inside === null
      ? `return ${at(index)};`
      : `let inside = ${inside};
  return select(${zero}, ${at(`select(0u, ${index}, inside)`)}, inside);`;
  return `fn load${operand === "left" ? "Left" : "Right"}(line: u32, term: u32, batch: u32) -> ${type} {
  ${body}
}`;
}
