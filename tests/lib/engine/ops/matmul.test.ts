/** Matrix products. */
import * as op from "@/lib/engine/ops";
import type * as products from "@/lib/engine/ops/matmul";
import { describeOperations, type OperationCase } from "../check-operation";
import { type Naive, sumOver, tabulate } from "../naive";

const swapped = (x: Naive) => {
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const batch = x.shape.slice(0, -2);
  return tabulate([...batch, columns, rows], (index) => {
    const [row, column] = index.slice(-2) as [number, number];
    return x.at([...index.slice(0, -2), column, row]);
  });
};

const product = (a: Naive, b: Naive, batch: readonly number[]) =>
  tabulate([...batch, a.shape.at(-2)!, b.shape.at(-1)!], (index) => {
    const [row, column] = index.slice(-2) as [number, number];
    const outer = index.slice(0, -2);
    return sumOver([a.shape.at(-1)!], ([k]) => a.at([...outer, row, k!]) * b.at([...outer, k!, column]));
  });

const transpositions = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const;

const matmulCases = transpositions.flatMap(([transposeA, transposeB]): OperationCase[] => {
  const shapeA = transposeA ? [4, 3] : [3, 4];
  const shapeB = transposeB ? [5, 4] : [4, 5];
  const naive = (batch: readonly number[], scale: number) => (a: Naive, b: Naive) => {
    const y = product(transposeA ? swapped(a) : a, transposeB ? swapped(b) : b, batch);
    return tabulate(y.shape, (index) => scale * y.at(index));
  };
  const name = `${transposeA ? "aᵀ" : "a"} ${transposeB ? "bᵀ" : "b"}`;
  return [
    {
      name: `${name}, scaled`,
      operands: [{ shape: shapeA }, { shape: shapeB }],
      graph: (a, b) => op.matmul(a, b, { transposeA, transposeB, scale: 0.3 }),
      naive: naive([], 0.3),
    },
    {
      name: `${name}, in batches, scaled`,
      operands: [{ shape: [2, 3, ...shapeA] }, { shape: [2, 3, ...shapeB] }],
      graph: (a, b) => op.matmul(a, b, { transposeA, transposeB, scale: 0.3 }),
      naive: naive([2, 3], 0.3),
      // The next case is the same kernel there, with more to get wrong.
      onCard: false,
    },
    {
      name: `${name}, batches broadcast`,
      operands: [{ shape: [2, 1, ...shapeA] }, { shape: [3, ...shapeB] }],
      graph: (a, b) => op.matmul(a, b, { transposeA, transposeB }),
      naive: naive([2, 3], 1),
    },
  ];
});

describeOperations({
  matmul: matmulCases,
  linear: [
    {
      name: "with bias",
      operands: [{ shape: [2, 3, 4] }, { shape: [5, 4] }, { shape: [5] }],
      graph: op.linear,
      naive: (x, weight, bias) =>
        tabulate(
          [2, 3, 5],
          ([a, b, out]) =>
            sumOver([4], ([k]) => x.at([a!, b!, k!]) * weight.at([out!, k!])) + bias.at([out!]),
        ),
    },
    {
      name: "a vector, without bias",
      operands: [{ shape: [4] }, { shape: [2, 4] }],
      graph: (x, weight) => op.linear(x, weight),
      naive: (x, weight) =>
        tabulate([2], ([out]) => sumOver([4], ([k]) => x.at([k!]) * weight.at([out!, k!]))),
    },
  ],
} satisfies Record<keyof typeof products, OperationCase[]>);
