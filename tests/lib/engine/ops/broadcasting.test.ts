/** Repetition and summation, each the other's gradient. */
import * as op from "@/lib/engine/ops";
import { sumTo } from "@/lib/engine/ops/broadcasting";
import { describeOperations, type OperationCase } from "../check-operation";
import { sumOver, tabulate } from "../naive";

const cases = {
  broadcastTo: [
    {
      operands: [{ shape: [3, 1] }],
      graph: (x) => op.broadcastTo(x, [2, 3, 4]),
      naive: (x) => tabulate([2, 3, 4], (index) => x.at(index)),
    },
  ],
  reduceSum: [
    {
      operands: [{ shape: [2, 3, 4] }],
      graph: (x) => op.reduceSum(x, [0, -1]),
      naive: (x) => tabulate([3], ([b]) => sumOver([2, 4], ([a, c]) => x.at([a!, b!, c!]))),
    },
    {
      name: "keeping the axes",
      operands: [{ shape: [2, 3] }],
      graph: (x) => op.reduceSum(x, [1], { keepDims: true }),
      naive: (x) => tabulate([2, 1], ([a]) => sumOver([3], ([b]) => x.at([a!, b!]))),
    },
  ],
  sumTo: [
    {
      operands: [{ shape: [2, 3, 4] }],
      graph: (x) => sumTo(x, [3, 1]),
      naive: (x) => tabulate([3, 1], ([b]) => sumOver([2, 4], ([a, c]) => x.at([a!, b!, c!]))),
    },
  ],
} satisfies Record<string, OperationCase[]>;

describeOperations(cases);
