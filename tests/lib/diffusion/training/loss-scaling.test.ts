/** How the factor of the loss follows what the gradients do. */
import { expect, test } from "vitest";
import { firstLossScale, type LossScale, nextLossScale } from "@/lib/diffusion/training/loss-scaling";

test("the factor is halved at each overflow, down to 1, below which nothing helps", () => {
  let scale: LossScale | null = { ...firstLossScale, goodSteps: 12 };
  const factors = [];
  for (; scale; scale = nextLossScale(scale, false)) {
    factors.push(scale.factor);
    expect(scale.leftOutSteps).toBe(factors.length - 1);
  }
  expect(factors).toEqual(Array.from({ length: 17 }, (_, halvings) => 65_536 / 2 ** halvings));
});

test("2,000 steps without an overflow double it, as often as float32 can still add up the squares", () => {
  let scale: LossScale = { factor: 4, goodSteps: 0, leftOutSteps: 3 };
  for (let step = 0; step < 1999; step++) scale = nextLossScale(scale, true)!;
  expect(scale).toEqual({ factor: 4, goodSteps: 1999, leftOutSteps: 3 });
  expect(nextLossScale(scale, false)).toEqual({ factor: 2, goodSteps: 0, leftOutSteps: 4 });
  expect(nextLossScale(scale, true)).toEqual({ factor: 8, goodSteps: 0, leftOutSteps: 3 });
  expect(nextLossScale({ ...scale, factor: 2 ** 24 }, true)!.factor).toBe(2 ** 24);
});
