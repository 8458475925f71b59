/** Sums, differences, products and quotients under broadcasting. */
import type { Tensor } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import type * as arithmetic from "@/lib/engine/ops/arithmetic";
import { describeOperations, type OperationCase } from "../check-operation";
import { type Naive, tabulate } from "../naive";

const awayFromZero = (position: number) => (position % 2 ? -1 : 1) * (1 + (position % 7) / 3);

function binary(
  graph: (a: Tensor, b: Tensor | number) => Tensor,
  value: (a: number, b: number) => number,
): OperationCase[] {
  const naive = (a: Naive, b: Naive) => {
    const rank = Math.max(a.shape.length, b.shape.length);
    const full = Array.from({ length: rank }, (_, axis) =>
      Math.max(a.shape.at(axis - rank) ?? 1, b.shape.at(axis - rank) ?? 1),
    );
    return tabulate(full, (index) => value(a.at(index), b.at(index)));
  };
  const shapes = [
    [
      [2, 3],
      [2, 3],
    ],
    [
      [2, 1, 4],
      [3, 1],
    ],
    [[3], [2, 3]],
    [[2, 3, 4], []],
  ];
  return [
    ...shapes.map(([a, b]) => ({
      operands: [{ shape: a! }, { shape: b!, values: awayFromZero }],
      graph,
      naive,
    })),
    {
      name: "with a number",
      operands: [{ shape: [2, 3] }],
      graph: (a: Tensor) => graph(a, 2.5),
      naive: (a: Naive) => tabulate(a.shape, (index) => value(a.at(index), 2.5)),
    },
  ];
}

describeOperations({
  add: binary(op.add, (a, b) => a + b),
  sub: binary(op.sub, (a, b) => a - b),
  mul: binary(op.mul, (a, b) => a * b),
  div: binary(op.div, (a, b) => a / b),
  neg: [
    {
      operands: [{ shape: [2, 3] }],
      graph: op.neg,
      naive: (x) => tabulate(x.shape, (index) => -x.at(index)),
    },
  ],
} satisfies Record<keyof typeof arithmetic, OperationCase[]>);
