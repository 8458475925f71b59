/** What the compiler requires of an operation, and the errors for mistakes in one. */
import { expect, test } from "vitest";
import { gradients } from "@/lib/engine/autodiff";
import { Graph, type Tensor } from "@/lib/engine/graph/graph";
import { defineOperation } from "@/lib/engine/graph/operation";
import { reduceSum } from "@/lib/engine/ops";

const rules = {
  name: "identity",
  infer: ([x]: [x: Tensor]) => [x] as const,
  emit() {},
  lower() {},
} as const;

test("an operation without a gradient, or with one for too few inputs, does not compile", () => {
  // @ts-expect-error: the gradient is missing
  defineOperation<[x: Tensor], [y: Tensor]>(rules);
  // @ts-expect-error: one input, no gradient for it
  defineOperation<[x: Tensor], [y: Tensor]>({ ...rules, gradient: () => [] });
});

test("a gradient of the wrong shape is caught when it is built", () => {
  const apply = defineOperation<[x: Tensor], [y: Tensor]>({
    ...rules,
    gradient: (_, [dy]) => [reduceSum(dy, [0])],
  });
  const x = new Graph("wrong").input("x", [3]);
  const loss = reduceSum(apply([x], {})[0], [0]);
  expect(() => gradients(loss, [x])).toThrow("The gradient of identity has shape [] for an input of [3]");
});

test("an operation on nothing is rejected", () => {
  const apply = defineOperation<Tensor[], [y: Tensor]>({
    ...rules,
    infer: (xs) => [xs[0]!],
    gradient: () => [],
  });
  expect(() => apply([], {})).toThrow("identity(): it needs at least one tensor");
});
