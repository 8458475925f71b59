/** Adds rows of values into rows of a table that are given by number; repeated numbers add up, always in one order. */
import type { Kernel, KernelSequence } from "../../graph/kernel";
import { buffers, entryPoint, gridOf, usualThreads as threads } from "./shader-text";

/**
 * Reads values [count, width] and indices [count], i32 in [0, rows); writes sums [rows, width].
 */
export function addRows(size: {
  readonly count: number;
  readonly rows: number;
  readonly width: number;
}): KernelSequence {
  const [values, indices, sums] = [0, 1, 2];
  return {
    calls: [
      { kernel: zeros(size.rows * size.width), reads: [], writes: [sums] },
      { kernel: sumsOfRows(size), reads: [values, indices], writes: [sums] },
    ],
    scratch: [],
  };
}

function zeros(length: number): Kernel {
  return {
    label: "zeros",
    reads: 0,
    writes: 1,
    workgroups: gridOf(Math.ceil(length / threads)),
    code: `${buffers([], [{ name: "values" }])}
${entryPoint(`
  let i = workgroup * ${threads}u + thread;
  if (i < ${length}u) { values[i] = 0.0; }`)}`,
  };
}

/**
 * One workgroup for each row of values: that of the first row with a number adds all rows with it, so that no two write
 * to one place.
 */
function sumsOfRows({ count, rows, width }: { count: number; rows: number; width: number }): Kernel {
  return {
    label: "sums of rows",
    reads: 2,
    writes: 1,
    workgroups: gridOf(count),
    code: `${buffers([{ name: "values" }, { name: "indices", type: "i32" }], [{ name: "sums" }])}
var<workgroup> earlier: atomic<u32>;
${entryPoint(`
  let number = indices[min(workgroup, ${count - 1}u)];
  var found = 0u;
  for (var other = thread; other < min(workgroup, ${count}u); other += ${threads}u) {
    found |= select(0u, 1u, indices[other] == number);
  }
  if (thread == 0u) { atomicStore(&earlier, 0u); }
  workgroupBarrier();
  if (found != 0u) { atomicStore(&earlier, 1u); }
  workgroupBarrier();
  let isFirst = (atomicLoad(&earlier) == 0u) & (workgroup < ${count}u);
  let row = min(u32(number), ${rows - 1}u);
  let end = select(0u, ${width}u, isFirst);
  for (var column = thread; column < end; column += ${threads}u) {
    var sum = 0.0;
    for (var other = workgroup; other < ${count}u; other++) {
      if (indices[other] == number) { sum += values[other * ${width}u + column]; }
    }
    sums[row * ${width}u + column] = sum;
  }`)}`,
  };
}
