/** The loops over all weights of a step, in WebAssembly: two to three times as fast as in JavaScript. */
import { assemble, type WasmFunction } from "@/lib/numerics/wasm-assembler";

/** Values handled at a time: four arrays of so many stay in the second-level cache. */
const blockLength = 16_384;
const blockBytes = 4 * blockLength;

/** WebAssembly's page, 64 KiB, is just one block. */
const memory = new WebAssembly.Memory({ initial: 4, maximum: 4 });

/** Block 0 of the memory, 1, 2 and 3. */
const blocks = [0, 1, 2, 3].map((index) => new Float32Array(memory.buffer, index * blockBytes, blockLength));

function instantiate(definition: WasmFunction): (endBytes: number, ...parameters: number[]) => number {
  const instance = new WebAssembly.Instance(assemble(definition), { environment: { memory } });
  return instance.exports.run as (endBytes: number, ...parameters: number[]) => number;
}

const f32 = "f32" as const;
const v128 = "v128" as const;

/** Repeats the body for every 16 bytes up to $end. */
const loopOver = (body: string) => `
  loop
    ${body}
    local.get $at
    i32.const 16
    i32.add
    local.tee $at
    local.get $end
    i32.lt_u
    br_if 0
  end`;

const splat = (...names: string[]) =>
  names.map((name) => `local.get $${name}\nf32x4.splat\nlocal.set $${name}4`).join("\n");

/**
 * Blocks: weights, gradients, first and second moments. See AdamW for the formula; as in PyTorch every operation is
 * rounded to float32.
 */
const adamW = instantiate({
  parameters: {
    end: "i32",
    scale: f32,
    beta1: f32,
    rest1: f32,
    beta2: f32,
    rest2: f32,
    kept: f32,
    stepSize: f32,
    correction: f32,
    epsilon: f32,
  },
  locals: {
    at: "i32",
    scale4: v128,
    beta14: v128,
    rest14: v128,
    beta24: v128,
    rest24: v128,
    kept4: v128,
    stepSize4: v128,
    correction4: v128,
    epsilon4: v128,
    gradient: v128,
    first: v128,
    second: v128,
  },
  result: null,
  body: `
    ${splat("scale", "beta1", "rest1", "beta2", "rest2", "kept", "stepSize", "correction", "epsilon")}
    ${loopOver(`
      local.get $at
      v128.load ${blockBytes}
      local.get $scale4
      f32x4.mul
      local.set $gradient

      local.get $at                       ;; first = beta1 first + rest1 gradient
      local.get $at
      v128.load ${2 * blockBytes}
      local.get $beta14
      f32x4.mul
      local.get $gradient
      local.get $rest14
      f32x4.mul
      f32x4.add
      local.tee $first
      v128.store ${2 * blockBytes}

      local.get $at                       ;; second = beta2 second + rest2 gradient²
      local.get $at
      v128.load ${3 * blockBytes}
      local.get $beta24
      f32x4.mul
      local.get $gradient
      local.get $gradient
      f32x4.mul
      local.get $rest24
      f32x4.mul
      f32x4.add
      local.tee $second
      v128.store ${3 * blockBytes}

      local.get $at                       ;; weight = kept weight - stepSize first / (√second / correction + epsilon)
      local.get $at
      v128.load 0
      local.get $kept4
      f32x4.mul
      local.get $first
      local.get $second
      f32x4.sqrt
      local.get $correction4
      f32x4.div
      local.get $epsilon4
      f32x4.add
      f32x4.div
      local.get $stepSize4
      f32x4.mul
      f32x4.sub
      v128.store 0`)}`,
});

/** Blocks: averages, weights. average = average + share (weight - average). */
const average = instantiate({
  parameters: { end: "i32", share: f32 },
  locals: { at: "i32", share4: v128 },
  result: null,
  body: `
    ${splat("share")}
    ${loopOver(`
      local.get $at
      local.get $at
      v128.load 0
      local.get $at
      v128.load ${blockBytes}
      local.get $at
      v128.load 0
      f32x4.sub
      local.get $share4
      f32x4.mul
      f32x4.add
      v128.store 0`)}`,
});

/** Block 0: values. The sum of their squares, in float64. */
const squares = instantiate({
  parameters: { end: "i32" },
  locals: { at: "i32", values: v128, wide: v128, low: v128, high: v128 },
  result: "f64",
  body: `
    ${loopOver(`
      local.get $at
      v128.load 0
      local.tee $values
      f64x2.promote_low_f32x4
      local.tee $wide
      local.get $wide
      f64x2.mul
      local.get $low
      f64x2.add
      local.set $low
      local.get $values
      local.get $values
      i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7
      f64x2.promote_low_f32x4
      local.tee $wide
      local.get $wide
      f64x2.mul
      local.get $high
      f64x2.add
      local.set $high`)}
    local.get $low
    local.get $high
    f64x2.add
    local.tee $low
    f64x2.extract_lane 0
    local.get $low
    f64x2.extract_lane 1
    f64.add`,
});

/** Calls `work` with the number of bytes of each block, the last one rounded up to whole vectors of zeros. */
function forEachBlock(
  inputs: readonly Float32Array[],
  outputs: readonly (Float32Array | null)[],
  work: (endBytes: number) => void,
): void {
  const { length } = inputs[0]!;
  for (let start = 0; start < length; start += blockLength) {
    const end = Math.min(start + blockLength, length);
    const padded = Math.ceil((end - start) / 4) * 4;
    for (const [index, input] of inputs.entries()) {
      blocks[index]!.fill(0, end - start, padded);
      blocks[index]!.set(input.subarray(start, end));
    }
    work(4 * padded);
    for (const [index, output] of outputs.entries()) {
      output?.set(blocks[index]!.subarray(0, end - start), start);
    }
  }
}

export type AdamWCoefficients = {
  /** Factor on the gradients. */
  readonly scale: number;
  readonly beta1: number;
  readonly beta2: number;
  /** 1 - lr · decay */
  readonly kept: number;
  /** lr / (1 - β1^t) */
  readonly stepSize: number;
  /** √(1 - β2^t) */
  readonly correction: number;
  readonly epsilon: number;
};

/** One AdamW update of arrays of the same length, in place; the gradients are left alone. */
export function updateAdamW(
  weights: Float32Array,
  gradients: Float32Array,
  firstMoments: Float32Array,
  secondMoments: Float32Array,
  { scale, beta1, beta2, kept, stepSize, correction, epsilon }: AdamWCoefficients,
): void {
  const inputs = [weights, gradients, firstMoments, secondMoments];
  const outputs = [weights, null, firstMoments, secondMoments];
  forEachBlock(inputs, outputs, (endBytes) => {
    adamW(endBytes, scale, beta1, 1 - beta1, beta2, 1 - beta2, kept, stepSize, correction, epsilon);
  });
}

/** averages ← averages + share (weights - averages), in place. */
export function updateAverage(averages: Float32Array, weights: Float32Array, share: number): void {
  forEachBlock([averages, weights], [averages], (endBytes) => average(endBytes, share));
}

/** The sum of the squares of all values, in float64 and in a fixed order. */
export function sumOfSquares(values: Float32Array): number {
  let sum = 0;
  forEachBlock([values], [], (endBytes) => {
    sum += squares(endBytes);
  });
  return sum;
}
