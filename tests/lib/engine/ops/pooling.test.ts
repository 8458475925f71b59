/** Averages, maxima and enlargement. */
import * as op from "@/lib/engine/ops";
import type * as pooling from "@/lib/engine/ops/pooling";
import { describeOperations, type OperationCase } from "../check-operation";
import { type Naive, sumOver, tabulate } from "../naive";

type Windows = { kernel: number; stride: number; padding: number };

/** The values of each window that are on the image, reduced. */
function pooled(x: Naive, { kernel, stride, padding }: Windows, reduce: (values: number[]) => number): Naive {
  const [images, channels, height, width] = x.shape as [number, number, number, number];
  const count = (size: number) => Math.floor((size + 2 * padding - kernel) / stride) + 1;
  return tabulate([images, channels, count(height), count(width)], ([n, c, y, z]) => {
    const values: number[] = [];
    for (let i = y! * stride - padding; i < y! * stride - padding + kernel; i++) {
      for (let j = z! * stride - padding; j < z! * stride - padding + kernel; j++) {
        if (i >= 0 && i < height && j >= 0 && j < width) values.push(x.at([n!, c!, i, j]));
      }
    }
    return reduce(values);
  });
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const halving = { kernel: 2, stride: 2, padding: 0 };
const sliding = { kernel: 3, stride: 1, padding: 1 };
const striding = { kernel: 3, stride: 2, padding: 0 };

describeOperations({
  averagePool2d: [
    {
      name: "halving",
      operands: [{ shape: [2, 3, 4, 6] }],
      graph: (x) => op.averagePool2d(x, { kernel: 2 }),
      naive: (x) => pooled(x, halving, (values) => sum(values) / 4),
    },
    {
      name: "halving an odd image",
      operands: [{ shape: [1, 2, 5, 5] }],
      graph: (x) => op.averagePool2d(x, halving),
      naive: (x) => pooled(x, halving, (values) => sum(values) / 4),
    },
    {
      name: "3×3, the padding counted",
      operands: [{ shape: [2, 3, 4, 5] }],
      graph: (x) => op.averagePool2d(x, sliding),
      naive: (x) => pooled(x, sliding, (values) => sum(values) / 9),
    },
    {
      name: "3×3, the padding not counted",
      operands: [{ shape: [2, 3, 4, 5] }],
      graph: (x) => op.averagePool2d(x, { ...sliding, countIncludePad: false }),
      naive: (x) => pooled(x, sliding, (values) => sum(values) / values.length),
    },
  ],
  maxPool2d: [
    {
      name: "overlapping",
      operands: [{ shape: [2, 3, 5, 7] }],
      graph: (x) => op.maxPool2d(x, striding),
      naive: (x) => pooled(x, striding, (values) => Math.max(...values)),
    },
    {
      name: "padded",
      operands: [{ shape: [1, 2, 4, 4] }],
      graph: (x) => op.maxPool2d(x, sliding),
      naive: (x) => pooled(x, sliding, (values) => Math.max(...values)),
    },
  ],
  globalAveragePool: [
    {
      operands: [{ shape: [2, 3, 4, 5] }],
      graph: op.globalAveragePool,
      naive: (x) => tabulate([2, 3], ([n, c]) => sumOver([4, 5], ([i, j]) => x.at([n!, c!, i!, j!])) / 20),
    },
  ],
  upsampleNearest2x: [
    {
      operands: [{ shape: [2, 3, 4, 5] }],
      graph: op.upsampleNearest2x,
      naive: (x) => tabulate([2, 3, 8, 10], ([n, c, i, j]) => x.at([n!, c!, i! >> 1, j! >> 1])),
    },
  ],
} satisfies Record<keyof typeof pooling, OperationCase[]>);
