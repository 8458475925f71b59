/** Products of one to four rows with a matrix, such as a timestep's embedding with weights: nothing to share by tiles. */
import type { Kernel } from "../../graph/kernel";
import { buffers, entryPoint, float, gridOf, sumRoom, usualThreads } from "./shader-text";

export const mostFewRows = 4;

export type FewRowsShape = {
  /** At most `mostFewRows`. */
  readonly rows: number;
  readonly columns: number;
  readonly terms: number;
  readonly transposeLeft: boolean;
  readonly transposeRight: boolean;
  readonly scale: number;
  readonly bias: boolean;
};

/**
 * Reads left, right and, with `bias`, the bias; writes [rows, columns]. Each row's sum is a component of a vector. Several
 * threads share a column's terms; neighbouring threads take what are neighbours in the right matrix.
 */
export function fewRowsProduct(shape: FewRowsShape): Kernel {
  const { rows, columns, terms, transposeLeft, transposeRight, scale, bias } = shape;
  const [columnsEach, shares] = transposeRight ? [8, usualThreads / 8] : [32, usualThreads / 32];
  const [ownColumn, share] = transposeRight
    ? [`thread / ${shares}u`, `thread % ${shares}u`]
    : [`thread % ${columnsEach}u`, `thread / ${columnsEach}u`];
  const place = (ofColumn: string, ofShare: string) =>
    transposeRight ? `${ofColumn} * ${shares}u + ${ofShare}` : `${ofShare} * ${columnsEach}u + ${ofColumn}`;
  const left = Array.from({ length: mostFewRows }, (_, row) =>
    row >= rows ? "0f" : `left[${transposeLeft ? `term * ${rows}u + ${row}u` : `${row * terms}u + term`}]`,
  );
  const operands = ["left", "right", ...(bias ? ["bias"] : [])];
  return {
    label: `product ${rows} × ${columns} × ${terms}`,
    reads: operands.length,
    writes: 1,
    workgroups: gridOf(Math.ceil(columns / columnsEach)),
    code: `${buffers(
      operands.map((name) => ({ name })),
      [{ name: "result" }],
    )}
${sumRoom("vec4f")}
${entryPoint(`
  let own = ${ownColumn};
  let column = workgroup * ${columnsEach}u + own;
  var part = vec4f();
  if (column < ${columns}u) {
    for (var term = ${share}; term < ${terms}u; term += ${shares}u) {
      part += right[${transposeRight ? `column * ${terms}u + term` : `term * ${columns}u + column`}] * vec4f(${left.join(", ")});
    }
  }
  sum[thread] = part;
  workgroupBarrier();
  if ((${share} == 0u) & (column < ${columns}u)) {
    var total = vec4f();
    for (var other = 0u; other < ${shares}u; other++) { total += sum[${place("own", "other")}]; }
    for (var row = 0u; row < ${rows}u; row++) {
      result[row * ${columns}u + column] = total[row] * ${float(scale)}${bias ? " + bias[column]" : ""};
    }
  }`)}`,
  };
}
