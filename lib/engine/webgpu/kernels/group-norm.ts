/** Group normalisation and its gradient, with a factor and a summand for each channel of each image. */
import type { Kernel, KernelSequence } from "../../graph/kernel";
import { buffers, entryPoint, float, sumOverThreads, sumRoom, usualThreads } from "./shader-text";

export type GroupNormShape = {
  /** Groups of all images together: what is normalised by itself. */
  readonly groups: number;
  /** Channels of a group. */
  readonly channels: number;
  /** Values of a channel. */
  readonly size: number;
  readonly epsilon: number;
};

/** Below this, a workgroup more costs more than it saves. */
const valuesPerPiece = 4096;
const mostPieces = 64;
/** So many groups keep a card busy without being cut. */
const manyGroups = 256;

function piecesOf({ groups, channels, size }: GroupNormShape): number {
  return groups >= manyGroups ? 1 : Math.min(mostPieces, Math.ceil((channels * size) / valuesPerPiece));
}

/**
 * y = (x - mean) / deviation · factor + summand. Reads x [groups, channels, size], factor and summand
 * [groups, channels]; writes y, mean [groups] and deviation [groups]. A piece's squares are taken around its own mean, so
 * that a mean that is large beside the deviation costs no digits.
 */
export function groupNorm(shape: GroupNormShape): KernelSequence {
  const [x, factor, summand, y, mean, deviation, moments] = [0, 1, 2, 3, 4, 5, 6] as const;
  const pieces = piecesOf(shape);
  const operands = [x, factor, summand];
  const results = [y, mean, deviation];
  if (pieces === 1) {
    return { calls: [{ kernel: wholeNorm(shape), reads: operands, writes: results }], scratch: [] };
  }
  return {
    calls: [
      { kernel: pieceMoments(shape, pieces), reads: [x], writes: [moments] },
      { kernel: pieceNorm(shape, pieces), reads: [...operands, moments], writes: results },
    ],
    scratch: [2 * shape.groups * pieces],
  };
}

const labelOf = (what: string, { groups, channels, size }: GroupNormShape) =>
  `${what} ${groups} × ${channels} × ${size}`;

const results = [{ name: "y" }, { name: "mean" }, { name: "deviation" }];

/** Mean and sum of squares around it of the values [begin, end), as `center` and `squares`. */
const momentsCode = `
  var total = 0f;
  for (var i = begin + thread; i < end; i += ${usualThreads}u) { total += x[i]; }
  ${sumOverThreads("total")}
  let center = sum[0] / f32(end - begin);
  workgroupBarrier();
  var distance = 0f;
  for (var i = begin + thread; i < end; i += ${usualThreads}u) { distance += (x[i] - center) * (x[i] - center); }
  ${sumOverThreads("distance")}
  let squares = sum[0];`;

/** Writes y for [begin, end), knowing `group`, `center` and `spread`; and both, if `isFirst`. */
const normalise = ({ size }: GroupNormShape, isFirst: string) => `
  for (var i = begin + thread; i < end; i += ${usualThreads}u) {
    let channel = i / ${size}u;
    y[i] = (x[i] - center) / spread * factor[channel] + summand[channel];
  }
  if (${isFirst}) {
    mean[group] = center;
    deviation[group] = spread;
  }`;

function wholeNorm(shape: GroupNormShape): Kernel {
  const { groups, channels, size, epsilon } = shape;
  const length = channels * size;
  return {
    label: labelOf("group norm", shape),
    reads: 3,
    writes: 3,
    workgroups: [1, groups, 1],
    code: `${buffers([{ name: "x" }, { name: "factor" }, { name: "summand" }], results)}
${sumRoom()}
${entryPoint(`
  let group = place.y;
  let begin = group * ${length}u;
  let end = begin + ${length}u;
  ${momentsCode}
  let spread = sqrt(squares / ${float(length)} + ${float(epsilon)});
  ${normalise(shape, "thread == 0u")}`)}`,
  };
}

/** Where a piece of a group begins and ends. */
const pieceRange = ({ channels, size }: GroupNormShape, pieces: number) => {
  const length = channels * size;
  const each = Math.ceil(length / pieces);
  return `
  let group = place.y;
  let begin = group * ${length}u + place.x * ${each}u;
  let end = min(begin + ${each}u, group * ${length}u + ${length}u);`;
};

function pieceMoments(shape: GroupNormShape, pieces: number): Kernel {
  return {
    label: labelOf("group norm's moments", shape),
    reads: 1,
    writes: 1,
    workgroups: [pieces, shape.groups, 1],
    code: `${buffers([{ name: "x" }], [{ name: "moments", type: "vec2f" }])}
${sumRoom()}
${entryPoint(`${pieceRange(shape, pieces)}
  ${momentsCode}
  if (thread == 0u) { moments[group * ${pieces}u + place.x] = vec2f(center, squares); }`)}`,
  };
}

/** Every workgroup puts the pieces' moments together for itself (Chan, Golub and LeVeque 1983). */
function pieceNorm(shape: GroupNormShape, pieces: number): Kernel {
  const { groups, channels, size, epsilon } = shape;
  const length = channels * size;
  const each = Math.ceil(length / pieces);
  return {
    label: labelOf("group norm", shape),
    reads: 4,
    writes: 3,
    workgroups: [pieces, groups, 1],
    code: `${buffers(
      [{ name: "x" }, { name: "factor" }, { name: "summand" }, { name: "moments", type: "vec2f" }],
      results,
    )}
fn lengthOf(piece: u32) -> f32 { return f32(min(${each}u, ${length}u - piece * ${each}u)); }
${entryPoint(`${pieceRange(shape, pieces)}
  var center = 0f;
  for (var piece = 0u; piece < ${pieces}u; piece++) {
    center += moments[group * ${pieces}u + piece].x * (lengthOf(piece) / ${float(length)});
  }
  var squares = 0f;
  for (var piece = 0u; piece < ${pieces}u; piece++) {
    let moment = moments[group * ${pieces}u + piece];
    squares += moment.y + lengthOf(piece) * (moment.x - center) * (moment.x - center);
  }
  let spread = sqrt(squares / ${float(length)} + ${float(epsilon)});
  ${normalise(shape, "(thread == 0u) & (place.x == 0u)")}`)}`,
  };
}

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
  return {
    label: labelOf("group norm's gradient", shape),
    reads: 7,
    writes: 1,
    workgroups: [pieces, groups, 1],
    code: `${buffers(named("x", "factor", "mean", "deviation", "dy", "dFactor", "dSummand"), named("dx"))}
${sumRoom("vec2f")}
${entryPoint(`${pieceRange(shape, pieces)}
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
    dx[i] = (dy[i] * factor[i / ${size}u] - expected.x - normal * expected.y) / spread;
  }`)}`,
  };
}
