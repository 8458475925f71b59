import { describe, expect, test } from "vitest";
import { Random } from "@/lib/engine/random";
import { clipMeanDiscrepancy, clipMeanDiscrepancyWithInterval } from "@/lib/metrics/clip-mean-discrepancy";
import type { Features } from "@/lib/metrics/features";
import { kernelDistance, kernelDistanceWithInterval, LARGEST_FULL_KID } from "@/lib/metrics/kernel-distance";

function normalFeatures(count: number, dims: number, seed: number, shift = 0): Features {
  return { count, dims, values: new Random(seed).normals(count * dims).map((value) => value + shift) };
}

describe("KID", () => {
  test("is the unbiased estimate written out for two pictures a side", async () => {
    const a = { count: 2, dims: 2, values: new Float64Array([1, 0, 0, 2]) };
    const b = { count: 2, dims: 2, values: new Float64Array([1, 1, 3, 0]) };
    const k = (x: number[], y: number[]) => ((x[0]! * y[0]! + x[1]! * y[1]!) / 2 + 1) ** 3;
    const [a0, a1, b0, b1] = [
      [1, 0],
      [0, 2],
      [1, 1],
      [3, 0],
    ] as [number[], number[], number[], number[]];
    const expected = k(a0, a1) + k(b0, b1) - (2 * (k(a0, b0) + k(a0, b1) + k(a1, b0) + k(a1, b1))) / 4;
    expect(await kernelDistance(a, b)).toBeCloseTo(expected, 12);
  });

  test("between samples of one distribution averages to zero at any size, unlike FID", async () => {
    const distances = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        kernelDistance(normalFeatures(10, 16, 2 * i), normalFeatures(10, 16, 2 * i + 1)),
      ),
    );
    const mean = distances.reduce((sum, value) => sum + value, 0) / 60;
    const error = Math.sqrt(distances.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 59 / 60);
    expect(Math.abs(mean)).toBeLessThan(3 * error);
  });

  test("has an interval around it that leaves out zero for sets that differ", async () => {
    const { value, interval, pairs } = await kernelDistanceWithInterval(
      normalFeatures(80, 16, 1),
      normalFeatures(80, 16, 2, 0.5),
      new Random(1),
    );
    expect(pairs).toBe("all");
    expect(interval!.low).toBeGreaterThan(0);
    expect(interval!.low).toBeLessThan(value);
    expect(interval!.high).toBeGreaterThan(value);
  });

  test("over large sets takes disjoint blocks, and agrees with all pairs within its interval", async () => {
    const count = LARGEST_FULL_KID + 500;
    const [a, b] = [normalFeatures(count, 4, 5), normalFeatures(count, 4, 6, 0.3)];
    const { value, interval, pairs } = await kernelDistanceWithInterval(a, b, new Random(2));
    expect(pairs).toBe("blocks");
    const all = await kernelDistance(a, b);
    expect(all).toBeGreaterThan(interval!.low);
    expect(all).toBeLessThan(interval!.high);
    expect(Math.abs(value / all - 1)).toBeLessThan(0.2);
  });
});

describe("CMMD", () => {
  const atCosine = (cosine: number): [Features, Features] => [
    { count: 1, dims: 2, values: new Float64Array([1, 0]) },
    // Length 5: embeddings are brought to unit length first.
    { count: 1, dims: 2, values: new Float64Array([5 * cosine, 5 * Math.sqrt(1 - cosine * cosine)]) },
  ];

  test("of two single features at cosine 0.6145 is the published 7.696", async () => {
    const [a, b] = atCosine(0.6145);
    // The cosine is given to four digits, which leaves ±0.001 in the score.
    expect(Math.abs((await clipMeanDiscrepancy(a, b, "biased")) - 7.696)).toBeLessThan(1e-3);
  });

  test("unbiased needs two pictures a side; biased is zero for a set against itself, unbiased below", async () => {
    const [a, b] = atCosine(0.5);
    await expect(clipMeanDiscrepancy(a, b, "unbiased")).rejects.toThrow(/at least 2 pictures/);
    const set = normalFeatures(12, 8, 1);
    expect(await clipMeanDiscrepancy(set, set, "biased")).toBeCloseTo(0, 12);
    expect(await clipMeanDiscrepancy(set, set, "unbiased")).toBeLessThan(0);
  });

  test("between equal distributions is positive when biased and near zero when unbiased", async () => {
    const [a, b] = [normalFeatures(30, 64, 1), normalFeatures(30, 64, 2)];
    const biased = await clipMeanDiscrepancy(a, b, "biased");
    // The pairs of a picture with itself: 1000 · 2/30 · (1 - k), and k is about exp(-2 / 200) at right angles.
    expect(Math.abs(biased - (1000 * 2 * (1 - Math.exp(-0.01))) / 30)).toBeLessThan(0.25);
    const { value, interval } = await clipMeanDiscrepancyWithInterval(a, b, "unbiased", new Random(3));
    expect(interval!.low).toBeLessThan(0);
    expect(interval!.high).toBeGreaterThan(0);
    expect(Math.abs(value)).toBeLessThan(biased / 2);
  });
});
