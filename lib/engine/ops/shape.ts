/** Operations that move values without changing them; each one's gradient moves them back. */
import type { CardEmitter, Tensor } from "../graph/graph";
import type { ValueScope } from "../graph/kernel-emitter";
import { defineOperation, operandError } from "../graph/operation";
import { elementCount, type Shape, sameShape, shapeToText } from "../graph/tensor-type";
import { coordinate, stridedIndex, stridesOf } from "../webgpu/flat-index";
import { axisOf } from "./axes";
import { readStrided } from "./moves";

const applyReshape = defineOperation<[x: Tensor], [y: Tensor], { shape: Shape }>({
  name: "reshape",
  infer([x], { shape }) {
    if (elementCount(shape) !== elementCount(x.shape) || shape.some((size) => !(size > 0))) {
      throw operandError("reshape", [x], `it cannot become ${shapeToText(shape)}`);
    }
    return [{ shape: [...shape], dtype: x.dtype }];
  },
  emit(onnx, { inputs: [x], outputs: [y] }) {
    onnx.node({ type: "Reshape", inputs: [x, onnx.integers(y.shape)], outputs: [y] });
  },
  lower: (card, { inputs: [x], outputs: [y] }) => card.view(y, x),
  gradient: ({ inputs: [x] }, [dy]) => [reshape(dy, x.shape)],
});

/** The same values in the same order under another shape. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : applyReshape([x], { shape })[0];
}

const applyTranspose = defineOperation<[x: Tensor], [y: Tensor], { permutation: readonly number[] }>({
  name: "transpose",
  infer([x], { permutation }) {
    const sorted = [...permutation].sort((a, b) => a - b);
    if (permutation.length !== x.shape.length || sorted.some((axis, index) => axis !== index)) {
      throw operandError("transpose", [x], `[${permutation.join(", ")}] is not a permutation of its axes`);
    }
    return [{ shape: permutation.map((axis) => x.shape[axis]!), dtype: x.dtype }];
  },
  emit(onnx, { inputs: [x], outputs: [y], attributes: { permutation } }) {
    onnx.node({ type: "Transpose", inputs: [x], outputs: [y], attributes: { perm: permutation } });
  },
  lower(card, { inputs: [x], outputs: [y], attributes: { permutation } }) {
    const own = stridesOf(x.shape);
    const strides = permutation.map((axis) => own[axis]!);
    card.map(y, {
      reads: [x],
      moves: true,
      value: (scope) => readStrided(scope, x, { shape: y.shape, strides }),
    });
  },
  gradient: ({ attributes: { permutation } }, [dy]) => [
    transpose(
      dy,
      permutation.map((_, axis) => permutation.indexOf(axis)),
    ),
  ],
});

/** Axis i of the result is axis `permutation[i]` of `x`. */
export function transpose(x: Tensor, permutation: readonly number[]): Tensor {
  return applyTranspose([x], { permutation })[0];
}

const applyConcat = defineOperation<readonly Tensor[], [y: Tensor], { axis: number }>({
  name: "concat",
  infer(xs, { axis }) {
    const first = xs[0]!;
    const fits = (x: Tensor) =>
      x.dtype === first.dtype &&
      x.shape.length === first.shape.length &&
      x.shape.every((size, index) => index === axis || size === first.shape[index]);
    if (!xs.every(fits)) throw operandError("concat", xs, `only axis ${axis} may differ`);
    const joined = xs.reduce((sum, x) => sum + x.shape[axis]!, 0);
    return [{ shape: first.shape.with(axis, joined), dtype: first.dtype }];
  },
  emit(onnx, { inputs, outputs: [y], attributes: { axis } }) {
    onnx.node({ type: "Concat", inputs, outputs: [y], attributes: { axis } });
  },
  lower(card, { inputs: xs, outputs: [y], attributes: { axis } }) {
    card.map(y, { reads: xs, moves: true, value: (scope) => readJoined(scope, xs, y, axis) });
  },
  gradient: ({ inputs, attributes: { axis } }, [dy]) =>
    split(
      dy,
      inputs.map((x) => x.shape[axis]!),
      axis,
    ),
});

/** Joins tensors that agree in every axis but one along that axis. */
export function concat(xs: readonly Tensor[], axis: number): Tensor {
  const [first] = xs;
  if (!first) throw operandError("concat", xs, "there is nothing to join");
  return xs.length === 1 ? first : applyConcat(xs, { axis: axisOf("concat", first, axis) })[0];
}

const applySplit = defineOperation<
  [x: Tensor],
  readonly Tensor[],
  { sizes: readonly number[]; axis: number }
>({
  name: "split",
  infer([x], { sizes, axis }) {
    if (sizes.reduce((sum, size) => sum + size, 0) !== x.shape[axis] || sizes.some((size) => !(size > 0))) {
      throw operandError("split", [x], `axis ${axis} cannot be cut into [${sizes.join(", ")}]`);
    }
    return sizes.map((size) => ({ shape: x.shape.with(axis, size), dtype: x.dtype }));
  },
  emit(onnx, { inputs: [x], outputs, attributes: { sizes, axis } }) {
    onnx.node({ type: "Split", inputs: [x, onnx.integers(sizes)], outputs, attributes: { axis } });
  },
  lower(card, { inputs: [x], outputs, attributes: { axis } }) {
    let start = 0;
    for (const piece of outputs) {
      lowerPart(card, x, piece, { axis, start });
      start += piece.shape[axis]!;
    }
  },
  gradient: ({ attributes: { axis } }, pieceGradients) => [concat(pieceGradients, axis)],
});

/** Cuts an axis into consecutive pieces of the given sizes, which must add up to it. */
export function split(x: Tensor, sizes: readonly number[], axis: number): Tensor[] {
  return [...applySplit([x], { sizes, axis: axisOf("split", x, axis) })];
}

type Range = { readonly axis: number; readonly start: number; readonly end: number };

const applySlice = defineOperation<[x: Tensor], [y: Tensor], Range>({
  name: "slice",
  infer([x], { axis, start, end }) {
    if (!(start >= 0 && start < end && end <= x.shape[axis]!)) {
      throw operandError("slice", [x], `axis ${axis} has no part from ${start} to ${end}`);
    }
    return [{ shape: x.shape.with(axis, end - start), dtype: x.dtype }];
  },
  emit(onnx, { inputs: [x], outputs: [y], attributes: { axis, start, end } }) {
    const range = [[start], [end], [axis]].map((values) => onnx.integers(values));
    onnx.node({ type: "Slice", inputs: [x, ...range], outputs: [y] });
  },
  lower: (card, { inputs: [x], outputs: [y], attributes }) => lowerPart(card, x, y, attributes),
  gradient({ inputs: [x], attributes: { axis, start, end } }, [dy]) {
    const before = x.shape.map((_, index) => (index === axis ? start : 0));
    const after = x.shape.map((size, index) => (index === axis ? size - end : 0));
    return [pad(dy, before, after)];
  },
});

/** The part of an axis from `start` (included) to `end` (excluded). */
export function slice(x: Tensor, { axis, start, end }: Range): Tensor {
  const index = axisOf("slice", x, axis);
  return start === 0 && end === x.shape[index] ? x : applySlice([x], { axis: index, start, end })[0];
}

type Margins = { readonly before: readonly number[]; readonly after: readonly number[] };

const applyPad = defineOperation<[x: Tensor], [y: Tensor], Margins>({
  name: "pad",
  infer([x], { before, after }) {
    const rank = x.shape.length;
    const margins = [...before, ...after];
    if (before.length !== rank || after.length !== rank || margins.some((size) => !(size >= 0))) {
      throw operandError("pad", [x], `[${margins.join(", ")}] are not valid margins`);
    }
    return [{ shape: x.shape.map((size, axis) => before[axis]! + size + after[axis]!), dtype: x.dtype }];
  },
  emit(onnx, { inputs: [x], outputs: [y], attributes: { before, after } }) {
    onnx.node({ type: "Pad", inputs: [x, onnx.integers([...before, ...after])], outputs: [y] });
  },
  lower(card, { inputs: [x], outputs: [y], attributes: { before } }) {
    card.map(y, { reads: [x], moves: true, value: (scope) => readPadded(scope, x, y, before) });
  },
  gradient: ({ inputs: [x], attributes: { before } }, [dy]) => [
    x.shape.reduce(
      (rest, size, axis) => slice(rest, { axis, start: before[axis]!, end: before[axis]! + size }),
      dy,
    ),
  ],
});

/** Surrounds `x` with zeros: `before[axis]` of them ahead of each axis and `after[axis]` behind it. */
export function pad(x: Tensor, before: readonly number[], after: readonly number[]): Tensor {
  return [...before, ...after].every((size) => size === 0) ? x : applyPad([x], { before, after })[0];
}

const applyFlip = defineOperation<[x: Tensor], [y: Tensor], { axes: readonly number[] }>({
  name: "flip",
  infer: ([x]) => [x],
  emit(onnx, { inputs: [x], outputs: [y], attributes: { axes } }) {
    const wholeAxesBackwards = [
      axes.map((axis) => x.shape[axis]! - 1),
      axes.map((axis) => -1 - x.shape[axis]!),
      axes,
      axes.map(() => -1),
    ];
    const range = wholeAxesBackwards.map((values) => onnx.integers(values));
    onnx.node({ type: "Slice", inputs: [x, ...range], outputs: [y] });
  },
  lower(card, { inputs: [x], outputs: [y], attributes: { axes } }) {
    const own = stridesOf(x.shape);
    const strides = own.map((stride, axis) => (axes.includes(axis) ? -stride : stride));
    const offset = axes.reduce((sum, axis) => sum + own[axis]! * (x.shape[axis]! - 1), 0);
    card.map(y, {
      reads: [x],
      moves: true,
      value: (scope) => readStrided(scope, x, { shape: y.shape, strides, offset }),
    });
  },
  gradient: ({ attributes: { axes } }, [dy]) => [flip(dy, axes)],
});

/** Reverses the order of values along the axes. */
export function flip(x: Tensor, axes: readonly number[]): Tensor {
  const long = axes.map((axis) => axisOf("flip", x, axis)).filter((axis) => x.shape[axis] !== 1);
  return long.length === 0 ? x : applyFlip([x], { axes: long })[0];
}

/** `y` is the part of `x` that begins at `start` of the axis. */
function lowerPart(
  card: CardEmitter,
  x: Tensor,
  y: Tensor,
  { axis, start }: { readonly axis: number; readonly start: number },
): void {
  const strides = stridesOf(x.shape);
  const offset = start * strides[axis]!;
  card.map(y, {
    reads: [x],
    moves: true,
    value: (scope) => readStrided(scope, x, { shape: y.shape, strides, offset }),
  });
}

/** The value of `y`, the tensors joined along the axis. Each is read at a place of its own, and one value is taken. */
function readJoined(scope: ValueScope<Tensor>, xs: readonly Tensor[], y: Tensor, axis: number): string {
  const along = coordinate(scope, scope.index, y.shape, axis);
  let end = y.shape[axis]!;
  return xs
    .toReversed()
    .map((x) => {
      const start = end - x.shape[axis]!;
      const inside = scope.name("bool", `(${along} >= ${start}u) & (${along} < ${end}u)`);
      const own = stridesOf(x.shape);
      const relative = stridedIndex(scope, scope.index, { shape: y.shape, strides: own });
      const place = scope.name("u32", `select(0u, ${relative} - ${start * own[axis]!}u, ${inside})`);
      end = start;
      return { value: scope.read(x, place), inside };
    })
    .reduce((rest, { value, inside }) => (rest === "" ? value : `select(${rest}, ${value}, ${inside})`), "");
}

/** The value of `y`, which is `x` in a frame of zeros. */
function readPadded(scope: ValueScope<Tensor>, x: Tensor, y: Tensor, before: readonly number[]): string {
  const own = stridesOf(x.shape);
  const bounds = y.shape.flatMap((size, axis) => {
    if (size === x.shape[axis]) return [];
    const along = coordinate(scope, scope.index, y.shape, axis);
    return [`(${along} >= ${before[axis]}u)`, `(${along} < ${before[axis]! + x.shape[axis]!}u)`];
  });
  const inside = scope.name("bool", bounds.join(" & "));
  const relative = stridedIndex(scope, scope.index, { shape: y.shape, strides: own });
  const offset = before.reduce((sum, size, axis) => sum + size * own[axis]!, 0);
  const place = scope.name("u32", `select(0u, ${relative} - ${offset}u, ${inside})`);
  return `select(${zeroOf(x)}, ${scope.read(x, place)}, ${inside})`;
}

function zeroOf({ dtype }: Tensor): string {
  return dtype === "float32" ? "0.0" : "0";
}
