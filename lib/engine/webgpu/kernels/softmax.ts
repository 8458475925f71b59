/** Softmax along one axis, and its gradient. */
import type { Kernel } from "../../graph/kernel";
import { buffers, entryPoint, gridOf, usualThreads } from "./shader-text";

/** A tensor as [outer, length, inner], of which the middle axis is normalised. */
export type SoftmaxShape = { readonly outer: number; readonly length: number; readonly inner: number };

/** Threads that share a row, if its values lie together; otherwise one thread has it. */
const sharers = 64;

/**
 * The body of a kernel with a row per workgroup or per thread. Both find their row's first value at `begin`, and its
 * values `stride` apart from number `first` on in steps of `step`.
 */
function rowKernel(
  { outer, length, inner }: SoftmaxShape,
  body: string,
): { code: string; workgroups: Kernel["workgroups"] } {
  if (inner === 1) {
    const code = entryPoint(
      `
  let begin = min(workgroup, ${outer - 1}u) * ${length}u;
  ${body}`,
      sharers,
    );
    return { code, workgroups: gridOf(outer) };
  }
  const code = entryPoint(`
  let row = workgroup * ${usualThreads}u + thread;
  if (row >= ${outer * inner}u) { return; }
  let begin = row / ${inner}u * ${length * inner}u + row % ${inner}u;
  ${body}`);
  return { code, workgroups: gridOf(Math.ceil((outer * inner) / usualThreads)) };
}

/** Runs over the values of the thread; `at` is a value's place. */
function overRow({ length, inner }: SoftmaxShape, body: string): string {
  const [first, step] = inner === 1 ? ["thread", sharers] : ["0u", 1];
  return `for (var i = ${first}; i < ${length}u; i += ${step}u) { let at = begin + i * ${inner}u; ${body} }`;
}

/** NAME becomes the sum, or the maximum, of what all threads that share the row have in it. */
function combine({ inner }: SoftmaxShape, name: string, operation: (a: string, b: string) => string): string {
  if (inner !== 1) return "";
  return `
  shared_values[thread] = ${name};
  workgroupBarrier();
  for (var half = ${sharers / 2}u; half > 0u; half >>= 1u) {
    if (thread < half) { shared_values[thread] = ${operation("shared_values[thread]", "shared_values[thread + half]")}; }
    workgroupBarrier();
  }
  ${name} = shared_values[0];
  workgroupBarrier();`;
}

const room = ({ inner }: SoftmaxShape) =>
  inner === 1 ? `var<workgroup> shared_values: array<f32, ${sharers}>;` : "";
const labelOf = (what: string, { outer, length, inner }: SoftmaxShape) =>
  `${what} ${outer} × ${length} × ${inner}`;

/** Reads x, writes e^x divided by its sum along the axis. */
export function softmax(shape: SoftmaxShape): Kernel {
  const { code, workgroups } = rowKernel(
    shape,
    `var most = -3e38f;
  ${overRow(shape, "most = max(most, x[at]);")}
  ${combine(shape, "most", (a, b) => `max(${a}, ${b})`)}
  var total = 0f;
  ${overRow(shape, "total += exp(x[at] - most);")}
  ${combine(shape, "total", (a, b) => `${a} + ${b}`)}
  ${overRow(shape, "y[at] = exp(x[at] - most) / total;")}`,
  );
  return {
    label: labelOf("softmax", shape),
    reads: 1,
    writes: 1,
    workgroups,
    code: `${buffers([{ name: "x" }], [{ name: "y" }])}
${room(shape)}
${code}`,
  };
}

/** Reads y and dLoss/dy, writes dLoss/dx = y · (dy - Σ dy · y). */
export function softmaxGradient(shape: SoftmaxShape): Kernel {
  const { code, workgroups } = rowKernel(
    shape,
    `var total = 0f;
  ${overRow(shape, "total += dy[at] * y[at];")}
  ${combine(shape, "total", (a, b) => `${a} + ${b}`)}
  ${overRow(shape, "dx[at] = y[at] * (dy[at] - total);")}`,
  );
  return {
    label: labelOf("softmax's gradient", shape),
    reads: 2,
    writes: 1,
    workgroups,
    code: `${buffers([{ name: "y" }, { name: "dy" }], [{ name: "dx" }])}
${room(shape)}
${code}`,
  };
}
