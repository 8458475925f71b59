/** Means, softmax, squared error. */
import * as op from "@/lib/engine/ops";
import type * as reductions from "@/lib/engine/ops/reductions";
import { describeOperations, type OperationCase } from "../check-operation";
import { sumOver, tabulate } from "../naive";

describeOperations({
  reduceMean: [
    {
      operands: [{ shape: [2, 3, 4] }],
      graph: (x) => op.reduceMean(x, [0, 2]),
      naive: (x) => tabulate([3], ([b]) => sumOver([2, 4], ([a, c]) => x.at([a!, b!, c!])) / 8),
    },
    {
      name: "keeping the axis",
      operands: [{ shape: [2, 3] }],
      graph: (x) => op.reduceMean(x, [-1], { keepDims: true }),
      naive: (x) => tabulate([2, 1], ([a]) => sumOver([3], ([b]) => x.at([a!, b!])) / 3),
    },
  ],
  softmax: [
    {
      operands: [{ shape: [2, 5] }],
      graph: (x) => op.softmax(x),
      naive: (x) =>
        tabulate(
          [2, 5],
          ([a, b]) => Math.exp(x.at([a!, b!])) / sumOver([5], ([c]) => Math.exp(x.at([a!, c!]))),
        ),
    },
    {
      name: "along the first axis, of large values",
      operands: [{ shape: [3, 2], values: (position) => 500 + (position % 5) }],
      graph: (x) => op.softmax(x, 0),
      naive: (x) =>
        tabulate([3, 2], ([a, b]) => 1 / sumOver([3], ([c]) => Math.exp(x.at([c!, b!]) - x.at([a!, b!])))),
    },
  ],
  meanSquaredError: [
    {
      operands: [{ shape: [2, 3] }, { shape: [2, 3] }],
      graph: op.meanSquaredError,
      naive: (a, b) => tabulate([], () => sumOver([2, 3], (index) => (a.at(index) - b.at(index)) ** 2) / 6),
    },
  ],
} satisfies Record<keyof typeof reductions, OperationCase[]>);
