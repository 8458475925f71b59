import { describe, expect, test } from "vitest";
import {
  normalCdf,
  normalMean,
  normalQuantile,
  studentTQuantile,
  studentTTails,
} from "@/lib/numerics/distributions";

describe("the normal distribution", () => {
  test.each([
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1.959963984540054, 0.025],
    [-3.5, 0.00023262907903552504],
    [-8, 6.220960574271785e-16],
  ])("P(Z ≤ %d) = %d", (x, probability) => {
    expect(Math.abs(normalCdf(x) / probability - 1)).toBeLessThan(1e-11);
  });

  test.each([1e-12, 0.001, 0.025, 0.3, 0.5, 0.8, 0.999])("the quantile inverts it at %d", (probability) => {
    expect(Math.abs(normalCdf(normalQuantile(probability)) / probability - 1)).toBeLessThan(1e-10);
  });

  test("has the mean 0, the variance 1 and the moment generating function exp(t² / 2)", () => {
    expect(normalMean((z) => z)).toBeCloseTo(0, 14);
    expect(normalMean((z) => z * z)).toBeCloseTo(1, 12);
    expect(normalMean((z) => Math.exp(1.5 * z))).toBeCloseTo(Math.exp(1.5 ** 2 / 2), 8);
  });

  test("has its quantiles at 0 and 1 at infinity", () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("Student's t", () => {
  // Tables of t at 97.5%.
  test.each([
    [1, 12.706],
    [2, 4.303],
    [4, 2.776],
    [7, 2.365],
    [23, 2.069],
    [30, 2.042],
    [120, 1.98],
  ])("with %d degrees has its 97.5 percent quantile at %d", (degrees, published) => {
    expect(studentTQuantile(0.975, degrees)).toBeCloseTo(published, 3);
    expect(studentTQuantile(0.025, degrees)).toBeCloseTo(-published, 3);
  });

  // scipy 1.17: stats.t.ppf(1 - tails / 2, degrees).
  test.each([
    [1.3, 0.05, 7.500529326],
    [2.7, 0.005, 8.528686186],
    [4.5, 0.0018, 6.587062177],
    [18.2, 0.05, 2.099268393],
    [250.5, 1e-8, 5.930032522],
  ])("with %d degrees, also broken ones, leaves %d beyond its quantile", (degrees, tails, published) => {
    expect(Math.abs(studentTQuantile(1 - tails / 2, degrees) / published - 1)).toBeLessThan(1e-7);
    expect(Math.abs(studentTTails(published, degrees) / tails - 1)).toBeLessThan(1e-7);
  });

  test("has the normal distribution as its limit", () => {
    expect(studentTQuantile(0.975, Number.POSITIVE_INFINITY)).toBe(normalQuantile(0.975));
    expect(studentTTails(1.96, 1e6)).toBeCloseTo(studentTTails(1.96, Number.POSITIVE_INFINITY), 6);
  });

  test("changes smoothly with the degrees", () => {
    const step = studentTQuantile(0.975, 199) - studentTQuantile(0.975, 200);
    expect(studentTQuantile(0.975, 200) - studentTQuantile(0.975, 201)).toBeCloseTo(step, 5);
  });
});
