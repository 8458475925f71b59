/** The sum of the squares of long arrays, such as all gradients of a step. */
import type { KernelCall, KernelSequence } from "../../graph/kernel";
import { buffers, entryPoint, sumOverThreads, sumRoom, usualThreads } from "./shader-text";

/** Partial sums of one array: enough workgroups for any card, few enough to be added up by one. */
const mostParts = 1024;
/** Below this a workgroup more is not worth its start. */
const valuesPerPart = 16 * usualThreads;

const partsOf = (length: number) => Math.min(mostParts, Math.ceil(length / valuesPerPart));

/**
 * Reads arrays of the given lengths, writes [sum of all squares]. The order of addition is fixed. A thread adds at most
 * a few thousand terms, and the threads' sums are added in pairs, which keeps float32 to about six digits at the size of
 * GLIDE, where one float32 sum after the other would keep three.
 */
export function squaredNorm(lengths: readonly number[]): KernelSequence {
  const [output, partial] = [lengths.length, lengths.length + 1];
  let count = 0;
  const calls: KernelCall[] = lengths.map((length, index) => {
    const kernel = partialSums(length, count);
    count += partsOf(length);
    return { kernel, reads: [index], writes: [partial] };
  });
  calls.push({ kernel: totalOf(count), reads: [partial], writes: [output] });
  return { calls, scratch: [count] };
}

function partialSums(length: number, offset: number) {
  const parts = partsOf(length);
  return {
    label: `squared norm of ${length}`,
    reads: 1,
    writes: 1,
    workgroups: [parts, 1, 1] as const,
    code: `${buffers([{ name: "x" }], [{ name: "partial" }])}
${sumRoom()}
${entryPoint(`
  var squares = 0f;
  for (var i = workgroup * ${usualThreads}u + thread; i < ${length}u; i += ${parts * usualThreads}u) {
    squares += x[i] * x[i];
  }
  ${sumOverThreads("squares")}
  if (thread == 0u) { partial[${offset}u + workgroup] = sum[0]; }`)}`,
  };
}

function totalOf(count: number) {
  return {
    label: `squared norm, ${count} parts`,
    reads: 1,
    writes: 1,
    workgroups: [1, 1, 1] as const,
    code: `${buffers([{ name: "partial" }], [{ name: "total" }])}
${sumRoom()}
${entryPoint(`
  var part = 0f;
  for (var i = thread; i < ${count}u; i += ${usualThreads}u) { part += partial[i]; }
  ${sumOverThreads("part")}
  if (thread == 0u) { total[0] = sum[0]; }`)}`,
  };
}
