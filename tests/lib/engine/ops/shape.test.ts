/** Operations that move values. */
import * as op from "@/lib/engine/ops";
import type * as shapes from "@/lib/engine/ops/shape";
import { describeOperations, type OperationCase } from "../check-operation";
import { Naive, tabulate } from "../naive";

describeOperations({
  reshape: [
    {
      operands: [{ shape: [2, 6] }],
      graph: (x) => op.reshape(x, [3, 4]),
      naive: (x) => new Naive([3, 4], x.data),
    },
    { operands: [{ shape: [1] }], graph: (x) => op.reshape(x, []), naive: (x) => new Naive([], x.data) },
  ],
  transpose: [
    {
      operands: [{ shape: [2, 3, 4] }],
      graph: (x) => op.transpose(x, [2, 0, 1]),
      naive: (x) => tabulate([4, 2, 3], ([c, a, b]) => x.at([a!, b!, c!])),
    },
  ],
  concat: [
    {
      operands: [{ shape: [2, 3] }, { shape: [2, 1] }, { shape: [2, 2] }],
      graph: (...xs) => op.concat(xs, -1),
      naive: (a, b, c) =>
        tabulate([2, 6], ([row, column]) =>
          column! < 3 ? a.at([row!, column!]) : column! < 4 ? b.at([row!, 0]) : c.at([row!, column! - 4]),
        ),
    },
  ],
  split: [
    {
      name: "every piece used",
      operands: [{ shape: [2, 5] }],
      graph: (x) => op.concat(op.split(x, [2, 3], 1).reverse(), 1),
      naive: (x) => tabulate([2, 5], ([row, column]) => x.at([row!, (column! + 2) % 5])),
    },
    {
      name: "one piece used, the gradient of the others is zero",
      operands: [{ shape: [5, 2] }],
      graph: (x) => op.split(x, [1, 3, 1], 0)[1]!,
      naive: (x) => tabulate([3, 2], ([row, column]) => x.at([row! + 1, column!])),
    },
  ],
  slice: [
    {
      operands: [{ shape: [3, 5] }],
      graph: (x) => op.slice(x, { axis: -1, start: 1, end: 4 }),
      naive: (x) => tabulate([3, 3], ([row, column]) => x.at([row!, column! + 1])),
    },
  ],
  pad: [
    {
      operands: [{ shape: [2, 3] }],
      graph: (x) => op.pad(x, [1, 0], [0, 2]),
      naive: (x) => tabulate([3, 5], ([row, column]) => x.atOrZero([row! - 1, column!])),
    },
  ],
  flip: [
    {
      operands: [{ shape: [2, 3, 1] }],
      graph: (x) => op.flip(x, [0, 1, 2]),
      naive: (x) => tabulate([2, 3, 1], ([a, b]) => x.at([1 - a!, 2 - b!, 0])),
    },
  ],
} satisfies Record<keyof typeof shapes, OperationCase[]>);
