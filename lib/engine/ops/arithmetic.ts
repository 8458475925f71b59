/** Sums, differences, products and quotients, broadcasting as numpy does. */
import type { Tensor } from "../graph/graph";
import { defineOperation, type OperationRules, operandError } from "../graph/operation";
import { broadcastShape, sumTo } from "./broadcasting";
import { readBroadcast } from "./moves";

type Binary = OperationRules<[a: Tensor, b: Tensor], [y: Tensor], Record<never, never>>;

function defineBinary(name: string, symbol: { onnx: string; wgsl: string }, gradient: Binary["gradient"]) {
  const apply = defineOperation<[a: Tensor, b: Tensor], [y: Tensor]>({
    name,
    infer([a, b]) {
      if (a.dtype !== b.dtype) throw operandError(name, [a, b], "the types differ");
      return [{ shape: broadcastShape(name, [a, b]), dtype: a.dtype }];
    },
    emit: (onnx, { inputs, outputs }) => onnx.node({ type: symbol.onnx, inputs, outputs }),
    lower(card, { inputs, outputs: [y] }) {
      card.map(y, {
        reads: inputs,
        value: (scope) => inputs.map((x) => readBroadcast(scope, x, y.shape)).join(` ${symbol.wgsl} `),
      });
    },
    gradient,
  });
  return (a: Tensor, b: Tensor | number): Tensor =>
    apply([a, typeof b === "number" ? a.graph.constant(b) : b], {})[0];
}

/** a + b */
export const add = defineBinary("add", { onnx: "Add", wgsl: "+" }, ({ inputs: [a, b] }, [dy]) => [
  sumTo(dy, a.shape),
  sumTo(dy, b.shape),
]);

/** a - b */
export const sub = defineBinary("sub", { onnx: "Sub", wgsl: "-" }, ({ inputs: [a, b] }, [dy]) => [
  sumTo(dy, a.shape),
  sumTo(neg(dy), b.shape),
]);

/** a · b, value by value */
export const mul = defineBinary("mul", { onnx: "Mul", wgsl: "*" }, ({ inputs: [a, b] }, [dy]) => [
  sumTo(mul(dy, b), a.shape),
  sumTo(mul(dy, a), b.shape),
]);

/** a / b; d(a/b)/db = -(a/b)/b */
export const div = defineBinary(
  "div",
  { onnx: "Div", wgsl: "/" },
  ({ inputs: [a, b], outputs: [y] }, [dy]) => {
    const da = div(dy, b);
    return [sumTo(da, a.shape), sumTo(neg(mul(da, y)), b.shape)];
  },
);

const applyNeg = defineOperation<[x: Tensor], [y: Tensor]>({
  name: "neg",
  infer: ([x]) => [x],
  emit: (onnx, { inputs, outputs }) => onnx.node({ type: "Neg", inputs, outputs }),
  lower: (card, { inputs: [x], outputs: [y] }) =>
    card.map(y, { reads: [x], value: (scope) => `-${scope.read(x)}` }),
  gradient: (_, [dy]) => [neg(dy)],
});

/** -x */
export function neg(x: Tensor): Tensor {
  return applyNeg([x], {})[0];
}
