/** How often an epoch draws each image. */
import { expect, test } from "vitest";
import { epochOrder } from "@/lib/diffusion/training/epoch-order";
import { Random } from "@/lib/numerics/random";

const countsOf = (order: Uint32Array, images: number) => {
  const counts = new Array<number>(images).fill(0);
  for (const image of order) counts[image]!++;
  return counts;
};

test("without weights every image is drawn once, as earlier versions drew it", () => {
  expect(epochOrder(5, null, new Random(3, 1))).toEqual(new Random(3, 1).permutation(5));
});

test("each image is drawn by its weight, rounded up or down, in every epoch", () => {
  const weights = [0.5, 2.25, 0, 1, 1, 1.25];
  const sums = new Array<number>(6).fill(0);
  for (let epoch = 0; epoch < 400; epoch++) {
    const order = epochOrder(6, weights, new Random(1, epoch));
    expect(order).toHaveLength(6);
    for (const [image, drawn] of countsOf(order, 6).entries()) {
      expect(Math.abs(drawn - weights[image]!)).toBeLessThan(1);
      sums[image]! += drawn;
    }
  }
  // Four standard deviations of a share of 400 epochs: at most 0.1.
  for (const [image, sum] of sums.entries()) expect(Math.abs(sum / 400 - weights[image]!)).toBeLessThan(0.1);
});

test("weights count by their proportions, and equal ones draw every image once", () => {
  const order = epochOrder(7, new Array(7).fill(0.3), new Random(2));
  expect(countsOf(order, 7)).toEqual(new Array(7).fill(1));
  expect([...order]).not.toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test("an epoch's order is a function of its random stream", () => {
  const weights = [3, 1, 1];
  expect(epochOrder(3, weights, new Random(8, 4))).toEqual(epochOrder(3, weights, new Random(8, 4)));
});
