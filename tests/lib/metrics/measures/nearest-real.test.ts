import { expect, test } from "vitest";
import { nearestByCosine } from "@/lib/metrics/measures/nearest-real";
import { vectors } from "./vectors";

test("the nearest image is the one with the largest cosine", () => {
  const nearest = nearestByCosine(vectors([0, 5], [3, 3]), vectors([1, 0], [0, 0.1], [1, 1]));
  expect(nearest.map(({ index }) => index)).toEqual([1, 2]);
  expect(nearest[1]!.cosine).toBeCloseTo(1, 12);
});
