/** Group and layer normalisation. */
import type { OnnxEmitter, Operand, Tensor } from "../graph/graph";
import { defineOperation, operandError } from "../graph/operation";
import { elementCount, type Shape, sameShape } from "../graph/tensor-type";
import { groupNormGradient } from "../webgpu/kernels/group-norm-gradient";
import { layerNormGradient } from "../webgpu/kernels/layer-norm-gradient";
import { moments } from "../webgpu/kernels/moments";
import { add, mul, neg, sub } from "./arithmetic";
import { broadcastTo, reduceSum } from "./broadcasting";
import { reciprocal, square } from "./functions";
import { reduceMean } from "./reductions";
import { reshape } from "./shape";

export type GroupNormOptions = {
  readonly groups: number;
  readonly epsilon: number;
  /** [N, C]; with it the result is norm · (1 + scale) + shift. */
  readonly scale?: Tensor;
  /** [N, C] */
  readonly shift?: Tensor;
};

/**
 * Wu & He 2018: every group of channels of an image gets mean 0 and variance 1, then every channel its own
 * weight and bias.
 *
 * Weight, bias, scale, shift and deviation meet in two small tensors, a factor and a summand for each (image,
 * channel), so that the centred image is touched once to be normalised.
 *
 * @param x [N, C, ...]
 * @param weight [C]
 * @param bias [C]
 */
export function groupNorm(x: Tensor, weight: Tensor, bias: Tensor, options: GroupNormOptions): Tensor {
  const { groups, epsilon, scale, shift } = options;
  const [images, channels] = x.shape as readonly [number, number, ...number[]];
  if (x.shape.length < 3 || channels % groups !== 0) {
    throw operandError("groupNorm", [x], `its channels do not form ${groups} equal groups`);
  }
  if (![weight, bias].every(({ shape }) => sameShape(shape, [channels]))) {
    throw operandError("groupNorm", [x, weight, bias], `weight and bias must be [${channels}]`);
  }
  for (const given of [scale, shift]) {
    if (given && !sameShape(given.shape, [images, channels])) {
      throw operandError("groupNorm", [x, given], `scale and shift must be [${images}, ${channels}]`);
    }
  }
  const perGroup = (t: Tensor) => reshape(t, [t.shape[0]!, groups, channels / groups, 1]);
  let [factor, summand] = [weight, bias].map((t) => perGroup(reshape(t, [1, channels]))) as [Tensor, Tensor];
  if (scale) {
    const onePlusScale = add(perGroup(scale), 1);
    [factor, summand] = [mul(factor, onePlusScale), mul(summand, onePlusScale)];
  }
  if (shift) summand = add(summand, perGroup(shift));
  const forAll = (t: Tensor) => broadcastTo(t, [images, groups, channels / groups, 1]);
  return applyGroupNorm([x, forAll(factor), forAll(summand)], { epsilon })[0];
}

const applyGroupNorm = defineOperation<
  [x: Tensor, factor: Tensor, summand: Tensor],
  [y: Tensor, mean: Tensor, deviation: Tensor],
  { readonly epsilon: number }
>({
  name: "groupNorm",
  infer([x, factor]) {
    const moment = { shape: [...factor.shape.slice(0, 2), 1, 1], dtype: "float32" } as const;
    return [x, moment, moment];
  },
  // E[(x - m)²] costs one pass more than E[x²] - m², which loses every digit where the mean is large.
  emit(onnx, { inputs: [x, factor, summand], outputs: [y, mean, deviation], attributes: { epsilon } }) {
    const [rows, centred, squares, variance, finite, scaled] = Array.from({ length: 6 }, () =>
      onnx.temporary(),
    ) as [string, string, string, string, string, string];
    const [images, groups] = factor.shape as readonly [number, number];
    const size = elementCount(x.shape) / images / groups;
    const count = pieceCount(size);
    const pieces = onnx.integers([images, groups, count, size / count]);
    onnx.node({ type: "Reshape", inputs: [x, pieces], outputs: [rows] });
    meanOfPieces(onnx, rows, count, mean);
    onnx.node({ type: "Sub", inputs: [rows, mean], outputs: [centred] });
    // Mul and ReduceMean together take two thirds of ReduceSumSquare's time on the CPU.
    onnx.node({ type: "Mul", inputs: [centred, centred], outputs: [squares] });
    meanOfPieces(onnx, squares, count, variance);
    onnx.node({ type: "Add", inputs: [variance, onnx.float(epsilon)], outputs: [finite] });
    onnx.node({ type: "Sqrt", inputs: [finite], outputs: [deviation] });
    onnx.node({ type: "Div", inputs: [factor, deviation], outputs: [scaled] });
    emitAffine(onnx, { x: centred, factor: scaled, summand, rows: factor.shape.slice(0, 3), y });
  },
  lower(card, { inputs: [x, factor, summand], outputs: [y, mean, deviation], attributes: { epsilon } }) {
    const groupSize = elementCount(x.shape) / elementCount(mean.shape);
    const channelSize = elementCount(x.shape) / elementCount(factor.shape);
    const rows = { rows: elementCount(mean.shape), length: groupSize };
    const threads = card.tuning.threadsOfRow;
    card.run(moments({ ...rows, epsilon, spread: "deviation", threads }), [x], [mean, deviation]);
    card.map(y, {
      reads: [x, mean, deviation, factor, summand],
      value(scope) {
        const group = scope.name("u32", `${scope.index} / ${groupSize}u`);
        const channel = scope.name("u32", `${scope.index} / ${channelSize}u`);
        const centred = `(${scope.read(x)} - ${scope.read(mean, group)})`;
        const scaled = `${centred} / ${scope.read(deviation, group)} * ${scope.read(factor, channel)}`;
        return `${scaled} + ${scope.read(summand, channel)}`;
      },
    });
  },
  // Nothing but y is seen outside, and has a gradient.
  gradient: ({ inputs: [x, factor], outputs: [, mean, deviation] }, [dy]) => [
    ...applyGroupNormGradient([x, factor, mean, deviation, dy], {}),
  ],
});

const applyGroupNormGradient = defineOperation<
  [x: Tensor, factor: Tensor, mean: Tensor, deviation: Tensor, dy: Tensor],
  [dx: Tensor, dFactor: Tensor, dSummand: Tensor]
>({
  name: "groupNormGradient",
  infer: ([x, factor]) => [x, factor, factor],
  emit: (onnx, { inputs, outputs }) =>
    onnx.compose(inputs, outputs, (...operands) => composedGroupNormGradient(...(operands as typeof inputs))),
  lower(card, { inputs, outputs }) {
    const [x, factor, mean] = inputs;
    const [groups, rows] = [mean, factor].map(({ shape }) => elementCount(shape)) as [number, number];
    const shape = { groups, channels: rows / groups, size: elementCount(x.shape) / rows };
    card.run(groupNormGradient(shape), inputs, outputs);
  },
  gradient({ inputs }) {
    throw operandError("groupNorm", inputs, "it has no second derivative");
  },
});

/**
 * With x̂ = (x - mean) / deviation and e = dy · factor: dx = (e - E[e] - x̂ · E[e · x̂]) / deviation, of which the last two
 * terms are a factor and a summand for each group.
 */
function composedGroupNormGradient(x: Tensor, factor: Tensor, mean: Tensor, deviation: Tensor, dy: Tensor) {
  const [images, groups, channels] = factor.shape as readonly [number, number, number];
  const size = elementCount(x.shape) / images / groups;
  const perChannel = (t: Tensor) => reshape(t, [images, groups, channels, size / channels]);
  const inverse = reciprocal(deviation);
  const dSummand = reduceSum(perChannel(dy), [3], { keepDims: true });
  const dyTimesX = reduceSum(perChannel(mul(dy, x)), [3], { keepDims: true });
  const dFactor = mul(sub(dyTimesX, mul(mean, dSummand)), inverse);
  const groupMean = (t: Tensor) => mul(reduceSum(mul(factor, t), [2], { keepDims: true }), 1 / size);
  const slope = neg(mul(groupMean(dFactor), square(inverse)));
  const offset = neg(add(mul(groupMean(dSummand), inverse), mul(mean, slope)));
  const perGroup = (t: Tensor) => reshape(t, [images, groups]);
  const common = channelAffine(reshape(x, [images, groups, size]), perGroup(slope), perGroup(offset));
  const own = mul(perChannel(dy), mul(factor, inverse));
  return [add(reshape(own, x.shape), reshape(common, x.shape)), dFactor, dSummand];
}

/** The mean of `count` equal pieces [N, groups, count, length], as the mean of their means: [N, groups, 1, 1]. */
function meanOfPieces(onnx: OnnxEmitter, pieces: string, count: number, mean: Operand): void {
  const means = count === 1 ? mean : onnx.temporary();
  onnx.node({ type: "ReduceMean", inputs: [pieces, onnx.integers([3])], outputs: [means] });
  if (means !== mean) onnx.node({ type: "ReduceMean", inputs: [means, onnx.integers([2])], outputs: [mean] });
}

/**
 * Into how many equal pieces a row is cut to be summed piece by piece. ONNX Runtime adds a row's values one after the
 * other in float32: over the 393,216 values of a group at 256 pixels the sum of squares is then off by 6e-6, which the
 * eighty norms of GLIDE's upsampler raise to 1e-4; in pieces it is off by 1e-7.
 */
function pieceCount(rowLength: number): number {
  let count = Math.ceil(rowLength / longestPiece);
  while (rowLength % count !== 0) count++;
  return count;
}

const longestPiece = 2048;

/** From this many values a row, ONNX Runtime's CPU computes the affine map fastest as a depthwise convolution. */
const longRow = 1024;

type Affine = {
  readonly x: Operand;
  /** Of shape [...rows, 1]. */
  readonly factor: Operand;
  /** Of shape [...rows, 1]. */
  readonly summand: Operand;
  /** The leading axes of `x`, whatever its shape is after them. */
  readonly rows: Shape;
  readonly y: Tensor;
};

/** y = x · factor + summand, with one of each for every row. */
function emitAffine(onnx: OnnxEmitter, { x, factor, summand, rows, y }: Affine): void {
  const rowCount = elementCount(rows);
  const rowLength = elementCount(y.shape) / rowCount;
  const reshaped = (from: Operand, shape: readonly number[]) => {
    const to = onnx.temporary();
    onnx.node({ type: "Reshape", inputs: [from, onnx.integers(shape)], outputs: [to] });
    return to;
  };
  const result = onnx.temporary();
  if (rowLength >= longRow) {
    onnx.node({
      type: "Conv",
      inputs: [
        reshaped(x, [1, rowCount, 1, rowLength]),
        reshaped(factor, [rowCount, 1, 1, 1]),
        reshaped(summand, [rowCount]),
      ],
      outputs: [result],
      attributes: { kernel_shape: [1, 1], group: rowCount },
    });
  } else {
    const product = onnx.temporary();
    onnx.node({ type: "Mul", inputs: [reshaped(x, [...rows, rowLength]), factor], outputs: [product] });
    onnx.node({ type: "Add", inputs: [product, summand], outputs: [result] });
  }
  onnx.node({ type: "Reshape", inputs: [result, onnx.integers(y.shape)], outputs: [y] });
}

const applyChannelAffine = defineOperation<[x: Tensor, factor: Tensor, summand: Tensor], [y: Tensor]>({
  name: "channelAffine",
  infer: ([x]) => [x],
  emit(onnx, { inputs: [x, factor, summand], outputs: [y] }) {
    emitAffine(onnx, { x, factor, summand, rows: factor.shape.slice(0, 2), y });
  },
  lower(card, { inputs: [x, factor, summand], outputs: [y] }) {
    const rowLength = elementCount(x.shape) / elementCount(factor.shape);
    card.map(y, {
      reads: [x, factor, summand],
      value(scope) {
        const row = scope.name("u32", `${scope.index} / ${rowLength}u`);
        return `${scope.read(x)} * ${scope.read(factor, row)} + ${scope.read(summand, row)}`;
      },
    });
  },
  gradient({ inputs: [x, factor] }, [dy]) {
    const inner = x.shape.slice(2).map((_, axis) => axis + 2);
    const perRow = [...factor.shape.slice(0, 2), ...inner.map(() => 1)];
    const sumOf = (t: Tensor) => reshape(reduceSum(t, inner), factor.shape);
    return [mul(dy, reshape(factor, perRow)), sumOf(mul(dy, x)), sumOf(dy)];
  },
});

/** x · factor + summand with one factor and one summand for each pair of the first two axes: [N, C, ...], [N, C]. */
export function channelAffine(x: Tensor, factor: Tensor, summand: Tensor): Tensor {
  const rows = x.shape.slice(0, 2);
  if (![factor, summand].every(({ shape }) => sameShape(shape, rows))) {
    throw operandError(
      "channelAffine",
      [x, factor, summand],
      "it takes one factor and one summand per channel",
    );
  }
  const perRow = (t: Tensor) => reshape(t, [...rows, 1]);
  return applyChannelAffine([x, perRow(factor), perRow(summand)], {})[0];
}

const applyLayerNorm = defineOperation<
  [x: Tensor, weight: Tensor, bias: Tensor],
  [y: Tensor, mean: Tensor, inverseDeviation: Tensor],
  { readonly epsilon: number }
>({
  name: "layerNorm",
  infer([x, weight, bias]) {
    const width = x.shape.at(-1)!;
    if (![weight, bias].every(({ shape }) => sameShape(shape, [width]))) {
      throw operandError("layerNorm", [x, weight, bias], `weight and bias must be [${width}]`);
    }
    const row = { shape: [...x.shape.slice(0, -1), 1], dtype: "float32" } as const;
    return [x, row, row];
  },
  emit(onnx, { inputs, outputs, attributes: { epsilon } }) {
    onnx.node({
      type: "LayerNormalization",
      inputs,
      outputs,
      attributes: { axis: -1, epsilon: { float: epsilon } },
    });
  },
  lower(card, { inputs: [x, weight, bias], outputs: [y, mean, inverseDeviation], attributes: { epsilon } }) {
    const width = x.shape.at(-1)!;
    const rows = { rows: elementCount(mean.shape), length: width };
    const threads = card.tuning.threadsOfRow;
    card.run(moments({ ...rows, epsilon, spread: "inverse", threads }), [x], [mean, inverseDeviation]);
    card.map(y, {
      reads: [x, mean, inverseDeviation, weight, bias],
      value(scope) {
        const row = scope.name("u32", `${scope.index} / ${width}u`);
        const column = scope.name("u32", `${scope.index} % ${width}u`);
        const centred = `(${scope.read(x)} - ${scope.read(mean, row)})`;
        const scaled = `${centred} * ${scope.read(inverseDeviation, row)} * ${scope.read(weight, column)}`;
        return `${scaled} + ${scope.read(bias, column)}`;
      },
    });
  },
  gradient: ({ inputs: [x, weight], outputs: [, mean, inverseDeviation] }, [dy]) => [
    ...applyLayerNormGradient([x, weight, mean, inverseDeviation, dy], {}),
  ],
});

const applyLayerNormGradient = defineOperation<
  [x: Tensor, weight: Tensor, mean: Tensor, inverseDeviation: Tensor, dy: Tensor],
  [dx: Tensor, dWeight: Tensor, dBias: Tensor]
>({
  name: "layerNormGradient",
  infer: ([x, weight]) => [x, weight, weight],
  emit: (onnx, { inputs, outputs }) =>
    onnx.compose(inputs, outputs, (...operands) => composedLayerNormGradient(...(operands as typeof inputs))),
  lower(card, { inputs, outputs }) {
    const [x, weight] = inputs;
    const width = weight.shape[0]!;
    card.run(layerNormGradient({ rows: elementCount(x.shape) / width, width }), inputs, outputs);
  },
  gradient({ inputs }) {
    throw operandError("layerNorm", inputs, "it has no second derivative");
  },
});

/** With x̂ = (x - mean) / deviation and e = dy · weight: dx = (e - E[e] - x̂ · E[e · x̂]) / deviation. */
function composedLayerNormGradient(
  x: Tensor,
  weight: Tensor,
  mean: Tensor,
  inverseDeviation: Tensor,
  dy: Tensor,
) {
  const normalised = mul(sub(x, mean), inverseDeviation);
  const e = mul(dy, weight);
  const rowMean = (t: Tensor) => reduceMean(t, [-1], { keepDims: true });
  const projected = add(rowMean(e), mul(normalised, rowMean(mul(e, normalised))));
  const rows = x.shape.slice(0, -1).map((_, axis) => axis);
  return [
    mul(inverseDeviation, sub(e, projected)),
    reduceSum(mul(dy, normalised), rows),
    reduceSum(dy, rows),
  ];
}

/**
 * Ba et al. 2016: every row along the last axis gets mean 0 and variance 1, then every column its own weight
 * and bias.
 * @param x [..., width]
 * @param weight [width]
 * @param bias [width]
 */
export function layerNorm(x: Tensor, weight: Tensor, bias: Tensor, { epsilon }: { epsilon: number }): Tensor {
  return applyLayerNorm([x, weight, bias], { epsilon })[0];
}
