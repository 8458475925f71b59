/** The gradient of group normalisation, with a factor and a summand for each channel of each image. */
import type { Kernel, KernelSequence } from "../../graph/kernel";
import {
  type Binding,
  buffers,
  entryPoint,
  float,
  sumOverThreads,
  sumRoom,
  usualThreads,
} from "./shader-text";

export type GroupNormShape = {
  /** Groups of all images together: what is normalised by itself. */
  readonly groups: number;
  /** Channels of a group. */
  readonly channels: number;
  /** Values of a channel. */
  readonly size: number;
};

/** Below this, a workgroup more costs more than it saves. */
const valuesPerPiece = 4096;
const mostPieces = 64;

const labelOf = (what: string, { groups, channels, size }: GroupNormShape) =>
  `${what} ${groups} × ${channels} × ${size}`;

/** Where a piece of a group begins and ends; `lanes` values at a time. */
const pieceRange = ({ channels, size }: GroupNormShape, pieces: number, lanes: number) => {
  const length = (channels * size) / lanes;
  const each = Math.ceil(length / pieces);
  return `
  let group = place.y;
  let begin = group * ${length}u + place.x * ${each}u;
  let end = min(begin + ${each}u, group * ${length}u + ${length}u);`;
};

/**
 * Reads x, factor, mean, deviation and dLoss/dy; writes dLoss/dx, dLoss/dfactor and dLoss/dsummand. With
 * x̂ = (x - mean) / deviation and e = dy · factor: dx = (e - E[e] - x̂ · E[e · x̂]) / deviation.
 */
export function groupNormGradient(shape: GroupNormShape): KernelSequence {
  const [x, factor, mean, deviation, dy, dx, dFactor, dSummand] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  return {
    calls: [
      {
        kernel: channelSums(shape),
        reads: [x, mean, deviation, dy],
        writes: [dFactor, dSummand],
      },
      {
        kernel: inputGradient(shape),
        reads: [x, factor, mean, deviation, dy, dFactor, dSummand],
        writes: [dx],
      },
    ],
    scratch: [],
  };
}

const named = (...names: string[]) => names.map((name) => ({ name }));

/** dLoss/dsummand = Σ dy and dLoss/dfactor = Σ dy · x̂, over each channel. */
function channelSums(shape: GroupNormShape): Kernel {
  const { groups, channels, size } = shape;
  const threads = Math.min(usualThreads, 2 ** Math.ceil(Math.log2(Math.max(size, 2))));
  return {
    label: labelOf("group norm's gradient by channels", shape),
    reads: 4,
    writes: 2,
    workgroups: [channels, groups, 1],
    code: `${buffers(named("x", "mean", "deviation", "dy"), named("dFactor", "dSummand"))}
${sumRoom("vec2f", threads)}
${entryPoint(
  `
  let group = place.y;
  let channel = group * ${channels}u + place.x;
  let center = mean[group];
  var part = vec2f();
  for (var i = thread; i < ${size}u; i += ${threads}u) {
    let slope = dy[channel * ${size}u + i];
    part += vec2f(slope * (x[channel * ${size}u + i] - center), slope);
  }
  ${sumOverThreads("part", threads)}
  if (thread == 0u) {
    dFactor[channel] = sum[0].x / deviation[group];
    dSummand[channel] = sum[0].y;
  }`,
  threads,
)}`,
  };
}

function inputGradient(shape: GroupNormShape): Kernel {
  const { groups, channels, size } = shape;
  const length = channels * size;
  const pieces = Math.max(1, Math.min(mostPieces, Math.ceil(length / valuesPerPiece)));
  const lanes = size % 4 === 0 ? 4 : 1;
  const many = (name: string): Binding => ({ name, type: lanes === 4 ? "vec4f" : "f32" });
  const reads = [
    many("x"),
    ...named("factor", "mean", "deviation"),
    many("dy"),
    ...named("dFactor", "dSummand"),
  ];
  return {
    label: labelOf("group norm's gradient", shape),
    reads: reads.length,
    writes: 1,
    workgroups: [pieces, groups, 1],
    code: `${buffers(reads, [many("dx")])}
${sumRoom("vec2f")}
${entryPoint(`${pieceRange(shape, pieces, lanes)}
  var part = vec2f();
  for (var channel = group * ${channels}u + thread; channel < (group + 1u) * ${channels}u; channel += ${usualThreads}u) {
    part += factor[channel] * vec2f(dSummand[channel], dFactor[channel]);
  }
  ${sumOverThreads("part")}
  let expected = sum[0] / ${float(length)};
  let center = mean[group];
  let spread = deviation[group];
  for (var i = begin + thread; i < end; i += ${usualThreads}u) {
    let normal = (x[i] - center) / spread;
    dx[i] = (dy[i] * factor[i / ${size / lanes}u] - expected.x - normal * expected.y) / spread;
  }`)}`,
  };
}
