/** The norm of all gradients and the clipping factor. */
import { expect, test } from "vitest";
import { clippingScale, globalNorm } from "@/lib/diffusion/training/gradient-clipping";

test("the norm spans all tensors, whatever their lengths", () => {
  const gradients = new Map([
    ["a", Float32Array.of(1, -2, 3, -4, 5)],
    ["b", Float32Array.of(6, 7)],
    ["c", new Float32Array(0)],
  ]);
  expect(globalNorm(gradients)).toBeCloseTo(Math.sqrt(1 + 4 + 9 + 16 + 25 + 36 + 49), 12);
});

test("ten million equal values lose nothing to rounding", () => {
  const value = Math.fround(0.1);
  const norm = globalNorm(new Map([["a", new Float32Array(10_000_000).fill(value)]]));
  expect(Math.abs(norm / (value * Math.sqrt(10_000_000)) - 1)).toBeLessThan(1e-9);
});

test("gradients above the limit are scaled down to it, others are not changed", () => {
  expect(clippingScale(4, 1)).toBe(0.25);
  expect(clippingScale(0.5, 1)).toBe(1);
  expect(clippingScale(0, 1)).toBe(1);
});
