/** Means, the softmax and the squared error: what turns many values into few or weighs them against each other. */
import type { Tensor } from "../graph/graph";
import type { ValueScope } from "../graph/kernel-emitter";
import { defineOperation, operandError } from "../graph/operation";
import { elementCount, sameShape } from "../graph/tensor-type";
import { broadcastStrides, stridedIndex } from "../webgpu/flat-index";
import { mul, neg, sub } from "./arithmetic";
import { axesOf, axisOf } from "./axes";
import {
  broadcastTo,
  type ReduceOptions,
  readTerm,
  reducedShape,
  reduceSum,
  termsAlong,
} from "./broadcasting";
import { reshape } from "./shape";

const applyReduceMean = defineOperation<
  [x: Tensor],
  [y: Tensor],
  { readonly axes: readonly number[]; readonly keepDims: boolean }
>({
  name: "reduceMean",
  infer: ([x], { axes, keepDims }) => [{ shape: reducedShape(x.shape, axes, keepDims), dtype: x.dtype }],
  emit(onnx, { inputs: [x], outputs: [y], attributes: { axes, keepDims } }) {
    onnx.node({
      type: "ReduceMean",
      inputs: [x, onnx.integers(axes)],
      outputs: [y],
      attributes: { keepdims: keepDims ? 1 : 0 },
    });
  },
  lower(card, { inputs: [x], outputs: [y], attributes: { axes } }) {
    const terms = termsAlong(x, axes);
    card.reduce(y, {
      ...terms,
      term: (scope, place) => readTerm(scope, x, axes, place),
      finish: (_, sum) => `${sum} / ${terms.count}.0`,
    });
  },
  gradient({ inputs: [x], outputs: [y], attributes: { axes } }, [dy]) {
    const share = mul(dy, elementCount(y.shape) / elementCount(x.shape));
    return [broadcastTo(reshape(share, reducedShape(x.shape, axes, true)), x.shape)];
  },
});

/** The mean over the axes, which disappear unless `keepDims` keeps them with size 1. */
export function reduceMean(
  x: Tensor,
  axes: readonly number[],
  { keepDims = false }: ReduceOptions = {},
): Tensor {
  if (axes.length === 0) return x;
  return applyReduceMean([x], { axes: axesOf("reduceMean", x, axes), keepDims })[0];
}

const applySoftmax = defineOperation<[x: Tensor], [y: Tensor], { axis: number }>({
  name: "softmax",
  infer: ([x]) => [x],
  emit(onnx, { inputs, outputs, attributes }) {
    onnx.node({ type: "Softmax", inputs, outputs, attributes });
  },
  lower(card, { inputs: [x], outputs: [y], attributes: { axis } }) {
    const kept = { shape: reducedShape(x.shape, [axis], true), dtype: "float32" } as const;
    const terms = termsAlong(x, [axis]);
    const [largest, sum] = [card.value(kept), card.value(kept)];
    const term = (scope: ValueScope<Tensor>, place: string) => readTerm(scope, x, [axis], place);
    const excess = (scope: ValueScope<Tensor>, value: string, index: string) =>
      scope.name("f32", `exp(${value} - ${scope.read(largest, index)})`);
    card.reduce(largest, { ...terms, combine: "max", term });
    card.reduce(sum, {
      ...terms,
      reads: [x, largest],
      term: (scope, place) => excess(scope, term(scope, place), scope.index),
    });
    card.map(y, {
      reads: [x, largest, sum],
      value(scope) {
        const strides = broadcastStrides(kept.shape, y.shape);
        const row = stridedIndex(scope, scope.index, { shape: y.shape, strides });
        return `${excess(scope, scope.read(x), row)} / ${scope.read(sum, row)}`;
      },
    });
  },
  // dx = y · (dy - Σ dy·y), summed along the axis
  gradient({ outputs: [y], attributes: { axis } }, [dy]) {
    const weighted = mul(dy, y);
    return [sub(weighted, mul(y, reduceSum(weighted, [axis], { keepDims: true })))];
  },
});

/** e^x divided by its sum along the axis. */
export function softmax(x: Tensor, axis = -1): Tensor {
  return applySoftmax([x], { axis: axisOf("softmax", x, axis) })[0];
}

const applyMeanSquaredError = defineOperation<[a: Tensor, b: Tensor], [loss: Tensor, difference: Tensor]>({
  name: "meanSquaredError",
  infer([a, b]) {
    if (!sameShape(a.shape, b.shape)) throw operandError("meanSquaredError", [a, b], "the shapes differ");
    return [{ shape: [], dtype: "float32" }, a];
  },
  emit(onnx, { inputs: [a, b], outputs: [loss, difference] }) {
    const squared = onnx.temporary();
    onnx.node({ type: "Sub", inputs: [a, b], outputs: [difference] });
    onnx.node({ type: "Mul", inputs: [difference, difference], outputs: [squared] });
    onnx.node({ type: "ReduceMean", inputs: [squared], outputs: [loss], attributes: { keepdims: 0 } });
  },
  lower(card, { inputs: [a, b], outputs: [loss, difference] }) {
    const count = elementCount(a.shape);
    card.map(difference, { reads: [a, b], value: (scope) => `${scope.read(a)} - ${scope.read(b)}` });
    card.reduce(loss, {
      reads: [difference],
      count,
      alongRows: true,
      term(scope, place) {
        const value = scope.read(difference, place);
        return `${value} * ${value}`;
      },
      finish: (_, sum) => `${sum} / ${count}.0`,
    });
  },
  gradient({ inputs: [a], outputs: [, difference] }, [dy]) {
    const da = mul(difference, mul(dy, 2 / elementCount(a.shape)));
    return [da, neg(da)];
  },
});

/** The mean of (a - b)² over all values, a scalar. */
export function meanSquaredError(a: Tensor, b: Tensor): Tensor {
  return applyMeanSquaredError([a, b], {})[0];
}
