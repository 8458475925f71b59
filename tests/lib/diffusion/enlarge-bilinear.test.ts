import { describe, expect, it } from "vitest";
import { enlargeBilinear } from "@/lib/diffusion/enlarge-bilinear";

describe("enlargeBilinear", () => {
  it("gives torch's values for a row of two doubled: F.interpolate([0, 4], scale_factor=2, mode='linear')", () => {
    const plane = [0, 4, 0, 4];
    const large = enlargeBilinear(Float32Array.from([...plane, ...plane, ...plane]), 2, 2);
    expect([...large.subarray(0, 4)]).toEqual([0, 1, 3, 4]);
    expect([...large.subarray(44, 48)]).toEqual([0, 1, 3, 4]);
  });

  it("treats rows as columns, and channels apart", () => {
    const large = enlargeBilinear(Float32Array.from([0, 0, 4, 4, 1, 1, 1, 1, 2, 2, 2, 2]), 2, 2);
    expect([0, 4, 8, 12].map((at) => large[at])).toEqual([0, 1, 3, 4]);
    expect(new Set(large.subarray(16, 32))).toEqual(new Set([1]));
    expect(new Set(large.subarray(32))).toEqual(new Set([2]));
  });
});
