/** Rows by number, and their sums. */
import * as op from "@/lib/engine/ops";
import type * as indexing from "@/lib/engine/ops/indexing";
import { describeOperations, type OperandSpec, type OperationCase } from "../check-operation";
import { sumOver, tabulate } from "../naive";

/** Numbers below 4 with many repetitions; 1 never occurs. */
const ids = (shape: readonly number[]): OperandSpec => ({
  shape,
  dtype: "int64",
  values: (position) => [0, 3, 3, 2, 3][position % 5]!,
});

describeOperations({
  gather: [
    {
      name: "along the last axis",
      operands: [{ shape: [2, 4] }, ids([3, 2])],
      graph: (x, places) => op.gather(x, places, -1),
      naive: (x, places) => tabulate([2, 3, 2], ([a, b, c]) => x.at([a!, places.at([b!, c!])])),
    },
    {
      name: "along a middle axis",
      operands: [{ shape: [2, 4, 3] }, ids([5])],
      graph: (x, places) => op.gather(x, places, 1),
      naive: (x, places) => tabulate([2, 5, 3], ([a, b, c]) => x.at([a!, places.at([b!]), c!])),
    },
  ],
  embedding: [
    {
      name: "with repeated ids",
      operands: [{ shape: [4, 3] }, ids([2, 5])],
      graph: op.embedding,
      naive: (table, rows) => tabulate([2, 5, 3], ([a, b, c]) => table.at([rows.at([a!, b!]), c!])),
    },
  ],
  scatterAdd: [
    {
      operands: [{ shape: [6, 2] }, ids([6])],
      graph: (values, rows) => op.scatterAdd(values, rows, 4),
      naive: (values, rows) =>
        tabulate([4, 2], ([row, column]) =>
          sumOver([6], ([n]) => (rows.at([n!]) === row ? values.at([n!, column!]) : 0)),
        ),
    },
    {
      name: "with new ids after many repeated ones, in workgroups that follow each other on one core",
      operands: [
        { shape: [64, 1] },
        { shape: [64], dtype: "int64", values: (position) => Math.max(0, position - 40) },
      ],
      graph: (values, rows) => op.scatterAdd(values, rows, 24),
      naive: (values, rows) =>
        tabulate([24, 1], ([row]) =>
          sumOver([64], ([n]) => (rows.at([n!]) === row ? values.at([n!, 0]) : 0)),
        ),
    },
  ],
} satisfies Record<keyof typeof indexing, OperationCase[]>);
