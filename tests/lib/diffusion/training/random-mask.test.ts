import { expect, it } from "vitest";
import { drawMask } from "@/lib/diffusion/training/random-mask";
import { Random } from "@/lib/numerics/random";

const erasedOf = (mask: Float32Array) => mask.filter((kept) => kept === 0).length / mask.length;

it("erases at least the smallest part, sometimes all, and the same for the same stream", () => {
  const shares = Array.from({ length: 200 }, (_, seed) => {
    const mask = drawMask(32, new Random(seed), 0.3);
    expect(new Set(mask).size).toBeLessThanOrEqual(2);
    expect(drawMask(32, new Random(seed), 0.3)).toEqual(mask);
    return erasedOf(mask);
  });
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.3);
  expect(shares.filter((share) => share === 1).length).toBeGreaterThan(10);
  expect(shares.filter((share) => share < 0.6).length).toBeGreaterThan(50);
});

it("erases all where that is the smallest part", () => {
  expect(erasedOf(drawMask(16, new Random(1), 1))).toBe(1);
});
