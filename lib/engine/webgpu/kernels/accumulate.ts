/** The sum of the gradients of several batches. */
import type { Kernel } from "../../graph/kernel";
import { buffers, entryPoint, gridOf, usualThreads } from "./shader-text";

/** Reads gradients [length] and writes their sum with what was in the other buffer [length], or them alone at first. */
export function accumulate({ length, isFirst }: { length: number; isFirst: boolean }): Kernel {
  return {
    label: `${isFirst ? "first gradients" : "gradients added"} of ${length}`,
    reads: 1,
    writes: 1,
    workgroups: gridOf(Math.ceil(length / usualThreads)),
    code: `${buffers([{ name: "gradients" }], [{ name: "sum" }])}
${entryPoint(`
  let i = workgroup * ${usualThreads}u + thread;
  if (i >= ${length}u) { return; }
  sum[i] = ${isFirst ? "" : "sum[i] + "}gradients[i];`)}`,
  };
}
