import { expect, it } from "vitest";
import { interpolationMatrix } from "@/lib/diffusion/model/enlarge-bilinear";

it("interpolates at half-pixel centres and repeats the edges", () => {
  // Four targets over two sources are at -0.25 (clamped to 0), 0.25, 0.75 and 1.25 (beyond the last).
  expect([...interpolationMatrix(2, 4)]).toEqual([1, 0, 0.75, 0.25, 0.25, 0.75, 0, 1]);
});

it("has weights that add up to 1 for every target pixel", () => {
  const matrix = interpolationMatrix(16, 64);
  for (let row = 0; row < 64; row++) {
    const total = matrix.subarray(row * 16, row * 16 + 16).reduce((sum, weight) => sum + weight, 0);
    expect(total).toBe(1);
  }
});
