/** Repeating values along axes and adding them up again: each is the other's gradient. */
import type { Tensor } from "../graph/graph";
import type { ValueScope } from "../graph/kernel-emitter";
import { defineOperation, operandError } from "../graph/operation";
import { elementCount, type Shape, sameShape, shapeToText } from "../graph/tensor-type";
import { stridedIndex, stridesOf } from "../webgpu/flat-index";
import { axesOf } from "./axes";
import { readBroadcast } from "./moves";
import { reshape } from "./shape";

/**
 * The shape of an elementwise operation's result under numpy's rule: shapes align at their last axis, and an
 * axis of size 1 repeats.
 * @throws SemblanceError `shape_mismatch`
 */
export function broadcastShape(
  operation: string,
  operands: readonly Tensor[],
  shapes = operands.map(({ shape }) => shape),
): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[shape.length - rank + axis] ?? 1).filter((size) => size !== 1);
    if (sizes.some((size) => size !== sizes[0]))
      throw operandError(operation, operands, "the shapes do not broadcast");
    return sizes[0] ?? 1;
  });
}

const applyBroadcast = defineOperation<[x: Tensor], [y: Tensor], { shape: Shape }>({
  name: "broadcastTo",
  infer([x], { shape }) {
    const offset = shape.length - x.shape.length;
    if (offset < 0 || x.shape.some((size, axis) => size !== 1 && size !== shape[axis + offset])) {
      throw operandError("broadcastTo", [x], `it cannot be repeated to ${shapeToText(shape)}`);
    }
    return [{ shape: [...shape], dtype: x.dtype }];
  },
  emit(onnx, { inputs: [x], outputs: [y] }) {
    onnx.node({ type: "Expand", inputs: [x, onnx.integers(y.shape)], outputs: [y] });
  },
  lower(card, { inputs: [x], outputs: [y] }) {
    card.map(y, { reads: [x], moves: true, value: (scope) => readBroadcast(scope, x, y.shape) });
  },
  gradient: ({ inputs: [x] }, [dy]) => [sumTo(dy, x.shape)],
});

/** Repeats `x` along new leading axes and axes of size 1 until it has the shape. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : applyBroadcast([x], { shape })[0];
}

export type ReduceOptions = { readonly keepDims?: boolean };

type Reduction = { readonly axes: readonly number[]; readonly keepDims: boolean };

const applyReduceSum = defineOperation<[x: Tensor], [y: Tensor], Reduction>({
  name: "reduceSum",
  infer: ([x], { axes, keepDims }) => [{ shape: reducedShape(x.shape, axes, keepDims), dtype: x.dtype }],
  emit(onnx, { inputs: [x], outputs: [y], attributes: { axes, keepDims } }) {
    onnx.node({
      type: "ReduceSum",
      inputs: [x, onnx.integers(axes)],
      outputs: [y],
      attributes: { keepdims: keepDims ? 1 : 0 },
    });
  },
  lower(card, { inputs: [x], outputs: [y], attributes: { axes } }) {
    if (elementCount(x.shape) === elementCount(y.shape)) return card.view(y, x);
    card.reduce(y, { ...termsAlong(x, axes), term: (scope, place) => readTerm(scope, x, axes, place) });
  },
  gradient: ({ inputs: [x], attributes: { axes } }, [dy]) => [
    broadcastTo(reshape(dy, reducedShape(x.shape, axes, true)), x.shape),
  ],
});

/** The sum over the axes, which disappear unless `keepDims` keeps them with size 1. */
export function reduceSum(
  x: Tensor,
  axes: readonly number[],
  { keepDims = false }: ReduceOptions = {},
): Tensor {
  if (axes.length === 0) return x;
  return applyReduceSum([x], { axes: axesOf("reduceSum", x, axes), keepDims })[0];
}

/** Undoes broadcasting: sums `x` over every axis along which a tensor of `shape` was repeated to become like it. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const offset = x.shape.length - shape.length;
  const repeated = x.shape.flatMap((size, axis) =>
    axis < offset || (size !== 1 && shape[axis - offset] === 1) ? [axis] : [],
  );
  return reshape(reduceSum(x, repeated, { keepDims: true }), shape);
}

export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  return keepDims
    ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : shape.filter((_, axis) => !axes.includes(axis));
}

/** What a reduction of `x` over axes combines. */
export function termsAlong(x: Tensor, axes: readonly number[]) {
  const count = axes.reduce((product, axis) => product * x.shape[axis]!, 1);
  const lastLong = x.shape.findLastIndex((size) => size > 1);
  return { reads: [x], count, alongRows: axes.includes(lastLong) };
}

/** Of the values that the scope's result combines, that of number `place`. */
export function readTerm(
  scope: ValueScope<Tensor>,
  x: Tensor,
  axes: readonly number[],
  place: string,
): string {
  const strides = stridesOf(x.shape);
  const [kept, reduced] = [false, true].map((isReduced) => {
    const chosen = x.shape.map((_, axis) => axis).filter((axis) => axes.includes(axis) === isReduced);
    return { shape: chosen.map((axis) => x.shape[axis]!), strides: chosen.map((axis) => strides[axis]!) };
  });
  const start = stridedIndex(scope, scope.index, kept!);
  const step = stridedIndex(scope, place, reduced!);
  return scope.read(x, scope.name("u32", `${start} + ${step}`));
}
