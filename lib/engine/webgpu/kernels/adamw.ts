/** The update of weights and of their average after a step, in place on the card. */
import type { Kernel } from "../../graph/kernel";
import { buffers, entryPoint, gridOf, usualThreads } from "./shader-text";

/** What changes from step to step; see `adamW`. */
export type UpdateCoefficients = {
  /** Factor on the gradients, such as 1 / accumulated steps. */
  readonly scale: number;
  /** The norm to which longer gradients, after `scale`, are shortened; Infinity: none is. */
  readonly maxNorm: number;
  readonly beta1: number;
  readonly beta2: number;
  /** 1 - lr · decay */
  readonly kept: number;
  /** lr / (1 - β1^t) */
  readonly stepSize: number;
  /** √(1 - β2^t) */
  readonly correction: number;
  readonly epsilon: number;
  /** 1 - decay of the moving average; 0 leaves it alone. */
  readonly averageShare: number;
};

/** In the order in which `adamW` reads them. 1 - β is taken in float64: in float32 it would be off by 3e-5. */
export function coefficientValues(coefficients: UpdateCoefficients): Float32Array {
  const { scale, maxNorm, beta1, beta2, kept, stepSize, correction, epsilon, averageShare } = coefficients;
  const bound = Math.min(maxNorm, 3e38);
  return Float32Array.of(
    ...[scale, bound, beta1, 1 - beta1, beta2, 1 - beta2, kept, stepSize, correction, epsilon, averageShare],
    0,
  );
}

/**
 * One update of `length` weights, by AdamW's formula (lib/diffusion/training/adamw.ts):
 *
 *   g ← scale · g, shortened to maxNorm if all gradients together are longer
 *   m ← β1 m + (1 - β1) g            v ← β2 v + (1 - β2) g²
 *   w ← kept · w - stepSize · m / (√v / correction + ε)
 *   average ← average + share · (w - average)
 *
 * Where a gradient is infinite or not a number, nothing changes.
 *
 * Reads gradients [length], coefficients [12] and squares [1], the sum of the squares of all unscaled gradients. Writes
 * w, m, v and, with `average`, the average, each [length].
 */
export function adamW({ length, average }: { length: number; average: boolean }): Kernel {
  const vectors = length % 4 === 0;
  const type = vectors ? "vec4f" : "f32";
  const count = vectors ? length / 4 : length;
  const named = (name: string) => ({ name, type }) as const;
  const written = [named("w"), named("m"), named("v"), ...(average ? [named("average")] : [])];
  const coefficient = (index: number) => `coefficients[${index}]`;
  return {
    label: `AdamW${average ? " with average" : ""} of ${length}`,
    reads: 3,
    writes: written.length,
    workgroups: gridOf(Math.ceil(count / usualThreads)),
    code: `${buffers([named("gradients"), { name: "coefficients" }, { name: "squares" }], written)}
${entryPoint(`
  let i = workgroup * ${usualThreads}u + thread;
  // By its bits: compilers may take every number for finite.
  let isFinite = (bitcast<u32>(squares[0]) & 0x7f800000u) != 0x7f800000u;
  if ((i >= ${count}u) | !isFinite) { return; }
  let norm = ${coefficient(0)} * sqrt(squares[0]);
  let scale = select(${coefficient(0)}, ${coefficient(0)} * ${coefficient(1)} / norm, norm > ${coefficient(1)});
  let g = gradients[i] * scale;
  let first = ${coefficient(2)} * m[i] + ${coefficient(3)} * g;
  let second = ${coefficient(4)} * v[i] + ${coefficient(5)} * g * g;
  let updated = ${coefficient(6)} * w[i] - ${coefficient(7)} * (first / (sqrt(second) / ${coefficient(8)} + ${coefficient(9)}));
  m[i] = first;
  v[i] = second;
  w[i] = updated;
  ${average ? `average[i] = average[i] + ${coefficient(10)} * (updated - average[i]);` : ""}`)}`,
  };
}
