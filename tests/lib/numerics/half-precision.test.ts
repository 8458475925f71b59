/** Half precision numbers: every one of the 65,536, and rounding of what is between. */
import { describe, expect, it } from "vitest";
import {
  bfloat16ToFloat32,
  float32ToBfloat16,
  float32ToHalf,
  halfToFloat32,
} from "@/lib/numerics/half-precision";

const isNaNHalf = (bits: number) => (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;
const isNaNBfloat16 = (bits: number) => (bits & 0x7f80) === 0x7f80 && (bits & 0x7f) !== 0;

describe("half precision", () => {
  it("survives the way to float32 and back, all numbers of both formats", () => {
    for (let bits = 0; bits < 65536; bits++) {
      if (isNaNHalf(bits)) expect(halfToFloat32(bits)).toBeNaN();
      else if (float32ToHalf(halfToFloat32(bits)) !== bits) expect.fail(`half ${bits} changes`);
      if (isNaNBfloat16(bits)) expect(bfloat16ToFloat32(bits)).toBeNaN();
      else if (float32ToBfloat16(bfloat16ToFloat32(bits)) !== bits) expect.fail(`bfloat16 ${bits} changes`);
    }
    expect(halfToFloat32(float32ToHalf(Number.NaN))).toBeNaN();
    expect(bfloat16ToFloat32(float32ToBfloat16(Number.NaN))).toBeNaN();
  });

  it("has the values of IEEE 754", () => {
    expect(halfToFloat32(0x3c00)).toBe(1);
    expect(halfToFloat32(0xc000)).toBe(-2);
    expect(halfToFloat32(0x7bff)).toBe(65504);
    expect(halfToFloat32(0x0001)).toBe(2 ** -24);
    expect(halfToFloat32(0xfc00)).toBe(-Infinity);
    expect(Object.is(halfToFloat32(0x8000), -0)).toBe(true);
    expect(bfloat16ToFloat32(0x3f80)).toBe(1);
  });

  it("rounds to the nearest and ties to even", () => {
    // Neighbours of 1 in half precision are 2^-10 apart.
    expect(float32ToHalf(1 + 2 ** -11)).toBe(0x3c00);
    expect(float32ToHalf(1 + 3 * 2 ** -11)).toBe(0x3c02);
    expect(float32ToHalf(1 + 2 ** -11 + 2 ** -20)).toBe(0x3c01);
    expect(float32ToHalf(65519)).toBe(0x7bff);
    expect(float32ToHalf(65520)).toBe(0x7c00);
    expect(float32ToHalf(2 ** -25)).toBe(0);
    expect(float32ToHalf(1.5 * 2 ** -24)).toBe(2);
    // The largest number below 2^-14 rounds up into the normal ones.
    expect(float32ToHalf(2 ** -14 - 2 ** -26)).toBe(0x0400);
    expect(float32ToBfloat16(1 + 2 ** -8)).toBe(0x3f80);
    expect(float32ToBfloat16(1 + 3 * 2 ** -8)).toBe(0x3f82);
    expect(float32ToBfloat16(3.4e38)).toBe(0x7f80);
  });
});
