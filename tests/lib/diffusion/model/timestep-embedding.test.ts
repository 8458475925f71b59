import { expect, it } from "vitest";
import { timestepEmbedding } from "@/lib/diffusion/model/timestep-embedding";

it("holds cosines, then sines, of the timestep times falling frequencies", () => {
  const [first, second] = [
    timestepEmbedding([0, 7], 4).subarray(0, 4),
    timestepEmbedding([0, 7], 4).subarray(4),
  ];
  expect([...first]).toEqual([1, 1, 0, 0]);
  const expected = [Math.cos(7), Math.cos(0.07), Math.sin(7), Math.sin(0.07)];
  // float32 rounding of the angle, which is below 8: 2^-22.
  for (const [index, value] of expected.entries()) expect(second[index]).toBeCloseTo(value, 6);
});

it("ends in a zero for an odd width", () => {
  const row = timestepEmbedding([3], 5);
  expect(row).toHaveLength(5);
  expect(row[4]).toBe(0);
  expect(row[2]).toBeCloseTo(Math.sin(3), 6);
});
