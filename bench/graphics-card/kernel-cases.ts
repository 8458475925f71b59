/** The kernels at the shapes of GLIDE: how much work each is, and what some of its results must be. */
import { inOneCall, type KernelSequence } from "@/lib/engine/graph/kernel";
import { attention } from "@/lib/engine/webgpu/kernels/attention";
import type { AttentionShape } from "@/lib/engine/webgpu/kernels/attention-block";
import { attentionGradient } from "@/lib/engine/webgpu/kernels/attention-gradient";
import {
  type ConvolutionShape,
  convolution,
  convolutionFilterGradient,
  convolutionInputGradient,
} from "@/lib/engine/webgpu/kernels/convolution";
import { product } from "@/lib/engine/webgpu/kernels/product";
import type { Tuning } from "@/lib/engine/webgpu/kernels/tiling";

/** The value of an operand at an index; all operands are the same noise. */
export type Noise = (index: number) => number;

export type KernelCase = {
  readonly name: string;
  sequence(tuning: Tuning): KernelSequence;
  /** Lengths of what is read and written. */
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  /** Additions and multiplications. */
  readonly operations: number;
  /** In double precision: what the first result must be at an index; null where tests alone compare it. */
  expected(noise: Noise): ((index: number) => number) | null;
  /** Whether tiles and splits matter. */
  readonly isTiled: boolean;
};

type Direction = "forward" | "by the input" | "by the filter";
const directions: readonly Direction[] = ["forward", "by the input", "by the filter"];

/** [channels, side] of the levels of the base; the last of each is the most frequent kind of its convolutions. */
const levels = [
  [192, 64],
  [384, 32],
  [576, 16],
  [768, 8],
] as const;

export function glideCases(): KernelCase[] {
  const cases: KernelCase[] = [];
  for (const images of [1, 8]) {
    for (const [channels, side] of levels) {
      cases.push(...convolutionCases({ images, channels, outputs: channels, side, kernel: 3 }));
    }
  }
  cases.push(...convolutionCases({ images: 1, channels: 384, outputs: 1152, side: 32, kernel: 1 }));
  cases.push(...convolutionCases({ images: 1, channels: 768, outputs: 2304, side: 8, kernel: 1 }));
  cases.push(productCase(128, 2048, 512));
  cases.push(...attentionCases({ heads: 6, queries: 1024, keys: 1152, width: 64 }));
  cases.push(...attentionCases({ heads: 12, queries: 64, keys: 192, width: 64 }));
  return cases;
}

/** The same kinds of cases, small enough for a driver in software. */
export function rehearsalCases(): KernelCase[] {
  return [
    ...convolutionCases({ images: 1, channels: 8, outputs: 8, side: 8, kernel: 3 }),
    productCase(20, 32, 16),
    ...attentionCases({ heads: 1, queries: 20, keys: 24, width: 8 }),
  ];
}

function convolutionCases(size: {
  images: number;
  channels: number;
  outputs: number;
  side: number;
  kernel: 1 | 3;
}): KernelCase[] {
  const { images, channels, outputs, side, kernel } = size;
  const margin = (kernel - 1) / 2;
  const shape: ConvolutionShape = {
    images,
    channels,
    outputs,
    size: [side, side],
    outputSize: [side, side],
    kernel: [kernel, kernel],
    stride: 1,
    dilation: 1,
    padding: [margin, margin, margin, margin],
    groups: 1,
  };
  const [x, y, weight] = [
    images * channels * side ** 2,
    images * outputs * side ** 2,
    outputs * channels * kernel ** 2,
  ];
  return directions.map((direction) => ({
    name: `convolution ${kernel}×${kernel} ${channels} → ${outputs} at ${side}, B = ${images}, ${direction}`,
    sequence: (tuning) =>
      direction === "forward"
        ? convolution({ ...shape, bias: true }, tuning)
        : direction === "by the input"
          ? convolutionInputGradient(shape, tuning)
          : convolutionFilterGradient(shape, tuning),
    reads: { forward: [x, weight, outputs], "by the input": [y, weight], "by the filter": [x, y] }[direction],
    writes: [{ forward: y, "by the input": x, "by the filter": weight }[direction]],
    operations: 2 * x * outputs * kernel ** 2,
    expected: (noise) => (index) => convolutionValue(shape, direction, noise, index),
    isTiled: true,
  }));
}

/** One result of a convolution of stride 1. */
function convolutionValue(
  shape: ConvolutionShape,
  direction: Direction,
  noise: Noise,
  index: number,
): number {
  const { channels, outputs, size, kernel, images, padding } = shape;
  const [side, width, margin] = [size[0], kernel[0], padding[0]];
  const pixel = (image: number, channel: number, of: number, row: number, column: number) =>
    row < 0 || row >= side || column < 0 || column >= side
      ? 0
      : noise(((image * of + channel) * side + row) * side + column);
  const taps = Array.from(
    { length: width ** 2 },
    (_, tap) => [Math.floor(tap / width), tap % width] as const,
  );
  let sum = 0;
  if (direction === "by the filter") {
    const [down, across] = taps[index % taps.length]!;
    const channel = Math.floor(index / taps.length) % channels;
    const output = Math.floor(index / taps.length / channels);
    for (let image = 0; image < images; image++)
      for (let row = 0; row < side; row++)
        for (let column = 0; column < side; column++)
          sum +=
            pixel(image, output, outputs, row, column) *
            pixel(image, channel, channels, row + down - margin, column + across - margin);
    return sum;
  }
  const [own, other, sign] = direction === "forward" ? [outputs, channels, 1] : [channels, outputs, -1];
  const [column, row] = [index % side, Math.floor(index / side) % side];
  const channel = Math.floor(index / side ** 2) % own;
  const image = Math.floor(index / side ** 2 / own);
  for (let from = 0; from < other; from++)
    for (const [tap, [down, across]] of taps.entries()) {
      const pair = direction === "forward" ? channel * channels + from : from * channels + channel;
      sum +=
        noise(pair * taps.length + tap) *
        pixel(image, from, other, row + sign * (down - margin), column + sign * (across - margin));
    }
  return direction === "forward" ? sum + noise(channel) : sum;
}

function productCase(rows: number, columns: number, terms: number): KernelCase {
  return {
    name: `product ${rows} × ${columns} × ${terms}`,
    sequence: (tuning) => product({ rows, columns, terms, transposeRight: true, bias: true }, tuning),
    reads: [rows * terms, columns * terms, columns],
    writes: [rows * columns],
    operations: 2 * rows * columns * terms,
    expected: (noise) => (index) => {
      const [row, column] = [Math.floor(index / columns), index % columns];
      let sum = noise(column);
      for (let term = 0; term < terms; term++)
        sum += noise(row * terms + term) * noise(column * terms + term);
      return sum;
    },
    isTiled: true,
  };
}

function attentionCases(size: { heads: number; queries: number; keys: number; width: number }): KernelCase[] {
  const { heads, queries, keys, width } = size;
  const shape: AttentionShape = { ...size, scale: width ** -0.5, channelsFirst: true };
  const name = `attention ${heads} × ${queries} × ${keys} × ${width}`;
  const [q, k, rows] = [heads * queries * width, heads * keys * width, heads * queries];
  return [
    {
      name,
      sequence: (tuning) => inOneCall(attention(shape, tuning)),
      reads: [q, k, k],
      writes: [q, rows],
      operations: 4 * heads * queries * keys * width,
      expected: (noise) => (index) => attentionValue(shape, noise, index),
      isTiled: false,
    },
    {
      // Its operands are noise too, and no result of the kernel above: the time does not depend on them.
      name: `${name}, gradients`,
      sequence: (tuning) => attentionGradient(shape, tuning),
      reads: [q, k, k, q, rows, q],
      writes: [q, k, k],
      operations: 14 * heads * queries * keys * width,
      expected: () => null,
      isTiled: false,
    },
  ];
}

function attentionValue(shape: AttentionShape, noise: Noise, index: number): number {
  const { queries, keys, width, scale } = shape;
  const [query, channel] = [index % queries, Math.floor(index / queries) % width];
  const head = Math.floor(index / queries / width);
  let [total, mean] = [0, 0];
  for (let key = 0; key < keys; key++) {
    let score = 0;
    for (let c = 0; c < width; c++)
      score += noise((head * width + c) * queries + query) * noise((head * width + c) * keys + key);
    const weight = Math.exp(scale * score);
    total += weight;
    mean += weight * noise((head * width + channel) * keys + key);
  }
  return mean / total;
}
