/** Choosing between values by a mask, and changing their type or range. */
import type { Tensor } from "../graph/graph";
import { elementTypes } from "../graph/onnx-emitter";
import { defineOperation, operandError } from "../graph/operation";
import type { DataType } from "../graph/tensor-type";
import { floatLiteral, largestFloat } from "../webgpu/float-literal";
import { mul } from "./arithmetic";
import { broadcastShape, sumTo } from "./broadcasting";
import { readBroadcast } from "./moves";

const applyWhere = defineOperation<[mask: Tensor, a: Tensor, b: Tensor], [y: Tensor]>({
  name: "where",
  infer([mask, a, b]) {
    if (mask.dtype !== "bool" || a.dtype !== b.dtype) {
      throw operandError("where", [mask, a, b], "it takes a bool mask and two tensors of one type");
    }
    return [{ shape: broadcastShape("where", [mask, a, b]), dtype: a.dtype }];
  },
  emit: (onnx, { inputs, outputs }) => onnx.node({ type: "Where", inputs, outputs }),
  lower(card, { inputs, outputs: [y] }) {
    card.map(y, {
      reads: inputs,
      value(scope) {
        const [mask, a, b] = inputs.map((x) => readBroadcast(scope, x, y.shape));
        return `select(${b}, ${a}, ${mask} != 0)`;
      },
    });
  },
  gradient: ({ inputs: [mask, a, b] }, [dy]) => [
    null,
    sumTo(where(mask, dy, 0), a.shape),
    sumTo(where(mask, 0, dy), b.shape),
  ],
});

/** `a` where the mask is true and `b` elsewhere; all three broadcast. */
export function where(mask: Tensor, a: Tensor | number, b: Tensor | number): Tensor {
  const [first, second] = [a, b].map((value) =>
    typeof value === "number" ? mask.graph.constant(value) : value,
  );
  return applyWhere([mask, first!, second!], {})[0];
}

const applyEqual = defineOperation<[a: Tensor, b: Tensor], [y: Tensor]>({
  name: "equal",
  infer([a, b]) {
    if (a.dtype !== b.dtype) throw operandError("equal", [a, b], "the types differ");
    return [{ shape: broadcastShape("equal", [a, b]), dtype: "bool" }];
  },
  emit: (onnx, { inputs, outputs }) => onnx.node({ type: "Equal", inputs, outputs }),
  lower(card, { inputs, outputs: [y] }) {
    card.map(y, {
      reads: inputs,
      value(scope) {
        const [a, b] = inputs.map((x) => readBroadcast(scope, x, y.shape));
        return `select(0, 1, ${a} == ${b})`;
      },
    });
  },
  gradient: () => [null, null],
});

/** A bool tensor, true where a = b. */
export function equal(a: Tensor, b: Tensor): Tensor {
  return applyEqual([a, b], {})[0];
}

const applyCast = defineOperation<[x: Tensor], [y: Tensor], { dtype: DataType }>({
  name: "cast",
  infer: ([x], { dtype }) => [{ shape: x.shape, dtype }],
  emit(onnx, { inputs, outputs, attributes: { dtype } }) {
    onnx.node({ type: "Cast", inputs, outputs, attributes: { to: elementTypes[dtype] } });
  },
  lower(card, { inputs: [x], outputs: [y], attributes: { dtype } }) {
    card.map(y, { reads: [x], value: (scope) => castWgsl(scope.read(x), x.dtype, dtype) });
  },
  gradient: () => [null],
});

/** The values as another type; float32 to an integer type truncates towards zero. Not differentiable. */
export function cast(x: Tensor, dtype: DataType): Tensor {
  return x.dtype === dtype ? x : applyCast([x], { dtype })[0];
}

type Bounds = { readonly min: number; readonly max: number };

const applyClip = defineOperation<[x: Tensor], [y: Tensor], Bounds>({
  name: "clip",
  infer([x], { min, max }) {
    if (x.dtype !== "float32" || !(min <= max)) {
      throw operandError("clip", [x], `it takes float32 and min ≤ max, not ${min} and ${max}`);
    }
    return [x];
  },
  emit(onnx, { inputs: [x], outputs: [y], attributes: { min, max } }) {
    onnx.node({ type: "Clip", inputs: [x, onnx.float(min), onnx.float(max)], outputs: [y] });
  },
  lower(card, { inputs: [x], outputs: [y], attributes: { min, max } }) {
    const [low, high] = [Math.max(min, -largestFloat), Math.min(max, largestFloat)].map(floatLiteral);
    card.map(y, { reads: [x], value: (scope) => `clamp(${scope.read(x)}, ${low}, ${high})` });
  },
  gradient: ({ inputs: [x], outputs: [y] }, [dy]) => [where(equal(x, y), dy, 0)],
});

/** Each value moved to the nearest in [min, max]; the gradient passes where the value did not move. */
export function clip(x: Tensor, min: number, max: number): Tensor {
  return applyClip([x], { min, max })[0];
}

/**
 * Sets values to 0 where `keep` is false and scales the rest by 1 / (1 - rate), so that the expectation stays
 * (Srivastava et al. 2014). The mask is fed at each step, so a step can be repeated bit for bit.
 *
 * @param keep bool, of the shape of `x`, true with probability 1 - rate
 * @param rate in [0, 1)
 */
export function dropout(x: Tensor, keep: Tensor, rate: number): Tensor {
  if (!(rate >= 0 && rate < 1)) throw operandError("dropout", [x, keep], `the rate ${rate} is not in [0, 1)`);
  return where(keep, mul(x, 1 / (1 - rate)), 0);
}

/** A card keeps every whole number in 32 bits, and true as 1. */
function castWgsl(x: string, from: DataType, to: DataType): string {
  const isFloat = from === "float32";
  if (to === "float32") return isFloat ? x : `f32(${x})`;
  if (to === "bool") return `select(0, 1, ${x} != ${isFloat ? "0.0" : "0"})`;
  const whole = isFloat ? `i32(${x})` : x;
  return to === "uint8" ? `${whole} & 255` : whole;
}
