/** Masks, casts and clipping. */
import { expect, test } from "vitest";
import { Graph } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import type * as selection from "@/lib/engine/ops/selection";
import { describeOperations, type OperandSpec, type OperationCase } from "../check-operation";
import { tabulate } from "../naive";

const mask = (shape: readonly number[]): OperandSpec => ({
  shape,
  dtype: "bool",
  values: (position) => (position % 3 === 0 ? 0 : 1),
});

describeOperations({
  where: [
    {
      name: "broadcasting",
      operands: [mask([2, 1, 3]), { shape: [4, 3] }, { shape: [2, 1, 1] }],
      graph: op.where,
      naive: (chosen, a, b) => tabulate([2, 4, 3], (index) => (chosen.at(index) ? a.at(index) : b.at(index))),
    },
    {
      name: "with a number",
      operands: [mask([5]), { shape: [5] }],
      graph: (chosen, a) => op.where(chosen, a, -1),
      naive: (chosen, a) => tabulate([5], (index) => (chosen.at(index) ? a.at(index) : -1)),
    },
  ],
  equal: [
    {
      operands: [
        { shape: [4], dtype: "int64", values: (position) => position % 2 },
        { shape: [3, 1], dtype: "int64", values: (position) => position },
      ],
      graph: op.equal,
      naive: (a, b) => tabulate([3, 4], (index) => (a.at(index) === b.at(index) ? 1 : 0)),
      differentiable: false,
    },
  ],
  cast: [
    {
      operands: [mask([2, 3])],
      graph: (x) => op.cast(x, "float32"),
      naive: (x) => x,
      differentiable: false,
    },
    {
      name: "truncating",
      operands: [{ shape: [4], values: (position) => position - 1.75 }],
      graph: (x) => op.cast(x, "int64"),
      naive: (x) => tabulate([4], (index) => Math.trunc(x.at(index))),
      differentiable: false,
    },
  ],
  clip: [
    {
      operands: [{ shape: [9], values: (position) => (position - 4) / 2 }],
      graph: (x) => op.clip(x, -1.2, 0.7),
      naive: (x) => tabulate([9], (index) => Math.min(Math.max(x.at(index), -1.2), 0.7)),
    },
  ],
  dropout: [
    {
      operands: [{ shape: [2, 5] }, mask([2, 5])],
      graph: (x, keep) => op.dropout(x, keep, 0.25),
      naive: (x, keep) => tabulate([2, 5], (index) => (x.at(index) * keep.at(index)) / 0.75),
    },
  ],
} satisfies Record<keyof typeof selection, OperationCase[]>);

test("dropout rejects a rate that would keep nothing", () => {
  const graph = new Graph("dropout");
  expect(() => op.dropout(graph.input("x", [2]), graph.input("keep", [2], "bool"), 1)).toThrow(
    "not in [0, 1)",
  );
});
