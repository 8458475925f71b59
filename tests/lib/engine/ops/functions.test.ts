/** Functions of one variable against Math, and against integrals where Math has none. */
import type { Tensor } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import type * as functions from "@/lib/engine/ops/functions";
import { describeOperations, type OperandSpec, type OperationCase } from "../check-operation";
import { type Naive, tabulate } from "../naive";

const anywhere: OperandSpec = { shape: [3, 7], values: (position) => (position - 10) / 3 + 0.05 };
const positive: OperandSpec = { shape: [3, 7], values: (position) => (position + 1) / 4 };

function pointwise(
  graph: (x: Tensor) => Tensor,
  value: (x: number) => number,
  operand: OperandSpec = anywhere,
): OperationCase[] {
  return [
    { operands: [operand], graph, naive: (x: Naive) => tabulate(x.shape, (index) => value(x.at(index))) },
  ];
}

/** The Maclaurin series 2/√π Σ (-1)ⁿ x^(2n+1) / (n! (2n+1)), whose terms up to |x| = 4 stay below 1e6. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 120; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

describeOperations({
  exp: pointwise(op.exp, Math.exp),
  log: pointwise(op.log, Math.log, positive),
  sqrt: pointwise(op.sqrt, Math.sqrt, positive),
  square: pointwise(op.square, (x) => x * x),
  reciprocal: pointwise(op.reciprocal, (x) => 1 / x, positive),
  sign: pointwise(op.sign, Math.sign),
  abs: pointwise(op.abs, Math.abs),
  sigmoid: pointwise(op.sigmoid, sigmoid),
  tanh: pointwise(op.tanh, Math.tanh),
  erf: pointwise(op.erf, erf),
  relu: pointwise(op.relu, (x) => Math.max(x, 0)),
  silu: pointwise(op.silu, (x) => x * sigmoid(x)),
  gelu: pointwise(op.gelu, (x) => (x * (1 + erf(x / Math.SQRT2))) / 2),
  quickGelu: pointwise(op.quickGelu, (x) => x * sigmoid(1.702 * x)),
} satisfies Record<keyof typeof functions, OperationCase[]>);
