/** Group and layer normalisation. */
import type { OnnxEmitter, Operand } from "../onnx-emitter";
import { defineOperation, operandError } from "../operation";
import { elementCount, type Shape, sameShape, type Tensor } from "../tensor";
import { add, mul, sub } from "./arithmetic";
import { reduceSum } from "./broadcasting";
import { reciprocal, sqrt } from "./functions";
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
 * Wu & He 2018: every group of channels of a picture gets mean 0 and variance 1, then every channel its own
 * weight and bias.
 *
 * Weight, bias, scale, shift, mean and deviation meet in two small tensors, a factor and a summand for each
 * (picture, channel), so that the picture is touched once to be normalised.
 *
 * @param x [N, C, ...]
 * @param weight [C]
 * @param bias [C]
 */
export function groupNorm(x: Tensor, weight: Tensor, bias: Tensor, options: GroupNormOptions): Tensor {
  const { groups, epsilon, scale, shift } = options;
  const [pictures, channels] = x.shape as readonly [number, number, ...number[]];
  if (x.shape.length < 3 || channels % groups !== 0) {
    throw operandError("groupNorm", [x], `its channels do not form ${groups} equal groups`);
  }
  if (![weight, bias].every(({ shape }) => sameShape(shape, [channels]))) {
    throw operandError("groupNorm", [x, weight, bias], `weight and bias must be [${channels}]`);
  }
  for (const given of [scale, shift]) {
    if (given && !sameShape(given.shape, [pictures, channels])) {
      throw operandError("groupNorm", [x, given], `scale and shift must be [${pictures}, ${channels}]`);
    }
  }
  const [mean, variance] = applyMoments(
    [reshape(x, [pictures, groups, elementCount(x.shape) / pictures / groups])],
    {},
  );
  const inverseDeviation = reciprocal(sqrt(add(variance, epsilon)));

  let [factor, summand] = [reshape(weight, [1, channels]), reshape(bias, [1, channels])];
  if (scale) {
    const onePlusScale = add(scale, 1);
    [factor, summand] = [mul(factor, onePlusScale), mul(summand, onePlusScale)];
  }
  if (shift) summand = add(summand, shift);
  const perGroup = (t: Tensor) => reshape(t, [t.shape[0]!, groups, channels / groups]);
  const scaled = mul(perGroup(factor), inverseDeviation);
  const shifted = sub(perGroup(summand), mul(scaled, mean));
  return channelAffine(x, reshape(scaled, [pictures, channels]), reshape(shifted, [pictures, channels]));
}

/** The mean of each row of `x`, of that shape, as the mean of the means of equal pieces. */
function meanOfRows(onnx: OnnxEmitter, x: Operand, shape: Shape, mean: Tensor): void {
  const lastAxis = onnx.integers([-1]);
  const count = pieceCount(shape.at(-1)!);
  if (count === 1) {
    onnx.node({ type: "ReduceMean", inputs: [x, lastAxis], outputs: [mean] });
    return;
  }
  const [pieces, means] = [onnx.temporary(), onnx.temporary()];
  const pieced = [...shape.slice(0, -1), count, shape.at(-1)! / count];
  onnx.node({ type: "Reshape", inputs: [x, onnx.integers(pieced)], outputs: [pieces] });
  onnx.node({
    type: "ReduceMean",
    inputs: [pieces, lastAxis],
    outputs: [means],
    attributes: { keepdims: 0 },
  });
  onnx.node({ type: "ReduceMean", inputs: [means, lastAxis], outputs: [mean] });
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

const applyMoments = defineOperation<[x: Tensor], [mean: Tensor, variance: Tensor]>({
  name: "moments",
  infer([x]) {
    const shape = [...x.shape.slice(0, -1), 1];
    return [
      { shape, dtype: "float32" },
      { shape, dtype: "float32" },
    ];
  },
  // E[(x - m)²] costs one pass more than E[x²] - m², which loses every digit where the mean is large.
  emit(onnx, { inputs: [x], outputs: [mean, variance] }) {
    const [centred, squares] = [onnx.temporary(), onnx.temporary()];
    meanOfRows(onnx, x, x.shape, mean);
    onnx.node({ type: "Sub", inputs: [x, mean], outputs: [centred] });
    // Mul and ReduceMean together take two thirds of ReduceSumSquare's time on the CPU.
    onnx.node({ type: "Mul", inputs: [centred, centred], outputs: [squares] });
    meanOfRows(onnx, squares, x.shape, variance);
  },
  // d mean/dx = 1/n and d variance/dx = 2/n · (x - mean): again a factor and a summand for each row.
  gradient({ inputs: [x], outputs: [mean] }, [dMean, dVariance]) {
    const count = x.shape.at(-1)!;
    const factor = mul(dVariance, 2 / count);
    const summand = sub(mul(dMean, 1 / count), mul(factor, mean));
    const rows = x.shape.slice(0, 2);
    return [channelAffine(x, reshape(factor, rows), reshape(summand, rows))];
  },
});

/** From this many values a row, ONNX Runtime's CPU computes the affine map fastest as a depthwise convolution. */
const longRow = 1024;

const applyChannelAffine = defineOperation<[x: Tensor, factor: Tensor, summand: Tensor], [y: Tensor]>({
  name: "channelAffine",
  infer: ([x]) => [x],
  emit(onnx, { inputs: [x, factor, summand], outputs: [y] }) {
    const [rows, alone, factors, summands] = [0, 1, 2, 3].map(() => onnx.temporary()) as [
      string,
      string,
      string,
      string,
    ];
    const rowCount = elementCount(factor.shape);
    const rowLength = elementCount(x.shape) / rowCount;
    const reshapeTo = (from: Tensor | string, shape: readonly number[], to: Tensor | string) =>
      onnx.node({ type: "Reshape", inputs: [from, onnx.integers(shape)], outputs: [to] });
    if (rowLength >= longRow) {
      reshapeTo(x, [1, rowCount, 1, rowLength], alone);
      reshapeTo(factor, [rowCount, 1, 1, 1], factors);
      reshapeTo(summand, [rowCount], summands);
      onnx.node({
        type: "Conv",
        inputs: [alone, factors, summands],
        outputs: [rows],
        attributes: { kernel_shape: [1, 1], group: rowCount },
      });
      reshapeTo(rows, x.shape, y);
    } else {
      const perRow = [...factor.shape, ...x.shape.slice(2).map(() => 1)];
      reshapeTo(factor, perRow, factors);
      reshapeTo(summand, perRow, summands);
      onnx.node({ type: "Mul", inputs: [x, factors], outputs: [rows] });
      onnx.node({ type: "Add", inputs: [rows, summands], outputs: [y] });
    }
  },
  gradient({ inputs: [x, factor] }, [dy]) {
    const inner = x.shape.slice(2).map((_, axis) => axis + 2);
    const perRow = [...factor.shape, ...inner.map(() => 1)];
    return [mul(dy, reshape(factor, perRow)), reduceSum(mul(dy, x), inner), reduceSum(dy, inner)];
  },
});

/** x · factor + summand with one factor and one summand for each pair of the first two axes: [N, C, ...], [N, C]. */
export function channelAffine(x: Tensor, factor: Tensor, summand: Tensor): Tensor {
  const rows = x.shape.slice(0, 2);
  if (![factor, summand].every(({ shape }) => sameShape(shape, rows))) {
    throw operandError(
      "channelAffine",
      [x, factor, summand],
      "it takes one factor and one summand a channel",
    );
  }
  return applyChannelAffine([x, factor, summand], {})[0];
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
  // With x̂ = (x - mean) / deviation and e = dy · weight: dx = (e - E[e] - x̂ · E[e · x̂]) / deviation.
  gradient({ inputs: [x, weight], outputs: [, mean, inverseDeviation] }, [dy]) {
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
  },
});

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
