/** The mean of each row of values, and how far the row spreads around it. */
import type { Kernel } from "../../graph/kernel";
import { floatLiteral } from "../float-literal";
import { buffers, entryPoint, gridOf, sumOverThreads, sumRoom } from "./shader-text";

/**
 * Reads x [rows, length]; writes mean and spread, each [rows]. The spread is the standard deviation, √(variance + ε), or
 * one over it. E[(x - m)²] costs one pass more than E[x²] - m², which loses every digit where the mean is large. A thread
 * adds at most a few hundred terms at GLIDE's sizes, and the threads' sums are added in pairs.
 */
export function moments({
  rows,
  length,
  epsilon,
  spread,
  threads,
}: {
  readonly rows: number;
  readonly length: number;
  readonly epsilon: number;
  readonly spread: "deviation" | "inverse";
  /** Of a workgroup: a power of 2. */
  readonly threads: number;
}): Kernel {
  const root = spread === "deviation" ? "sqrt" : "inverseSqrt";
  const pass = (term: string) =>
    `for (var i = thread; i < ${length}u; i += ${threads}u) { ${term} }
  ${sumOverThreads("part", threads)}`;
  return {
    label: `moments of ${rows} rows of ${length}`,
    reads: 1,
    writes: 2,
    workgroups: gridOf(rows),
    code: `${buffers([{ name: "x" }], [{ name: "mean" }, { name: "spread" }])}
${sumRoom("f32", threads)}
${entryPoint(
  `
  let row = min(workgroup, ${rows - 1}u);
  let start = row * ${length}u;
  var part = 0f;
  ${pass("part += x[start + i];")}
  let center = sum[0] / ${length}f;
  workgroupBarrier();
  part = 0f;
  ${pass("let distance = x[start + i] - center; part += distance * distance;")}
  if (thread == 0u) {
    mean[row] = center;
    spread[row] = ${root}(sum[0] / ${length}f + ${floatLiteral(epsilon)});
  }`,
  threads,
)}`,
  };
}
