import { describe, expect, test } from "vitest";
import type { Features } from "@/lib/metrics/features/features";
import { clipMeanDiscrepancyWithInterval } from "@/lib/metrics/measures/clip-mean-discrepancy";
import { kernelDistance, kernelDistanceWithInterval } from "@/lib/metrics/measures/kernel-distance";
import { Random } from "@/lib/numerics/random";

function normalFeatures(count: number, dims: number, seed: number, shift = 0): Features {
  return { count, dims, values: new Random(seed).normals(count * dims).map((value) => value + shift) };
}

describe("KID", () => {
  test("is the unbiased estimate written out for two images a side", async () => {
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

  test("over large sets has an interval from disjoint blocks, and of very large ones is their mean", async () => {
    const [a, b] = [normalFeatures(2500, 4, 5), normalFeatures(2100, 4, 6, 0.3)];
    const large = await kernelDistanceWithInterval(a, b, new Random(2));
    expect(large.pairs).toBe("all");
    expect(large.value).toBeCloseTo(await kernelDistance(a, b), 12);
    expect(large.interval!.low).toBeLessThan(large.value);
    const [many, more] = [normalFeatures(10_001, 2, 7), normalFeatures(2000, 2, 8, 0.3)];
    const blocked = await kernelDistanceWithInterval(many, more, new Random(3));
    expect(blocked.pairs).toBe("blocks");
    // All pairs of other samples of the same two distributions; the blocks' interval is several times as wide.
    const all = await kernelDistance(normalFeatures(2000, 2, 9), normalFeatures(2000, 2, 10, 0.3));
    expect(all).toBeGreaterThan(blocked.interval!.low);
    expect(all).toBeLessThan(blocked.interval!.high);
  });
});

describe("CMMD", () => {
  const clipMeanDiscrepancy = async (a: Features, b: Features, estimator: "biased" | "unbiased") =>
    (await clipMeanDiscrepancyWithInterval(a, b, estimator, new Random(1))).value;
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

  test("unbiased needs two images a side; biased is zero for a set against itself, unbiased below", async () => {
    const [a, b] = atCosine(0.5);
    await expect(clipMeanDiscrepancy(a, b, "unbiased")).rejects.toThrow(/at least 2 images/);
    const set = normalFeatures(12, 8, 1);
    expect(await clipMeanDiscrepancy(set, set, "biased")).toBeCloseTo(0, 12);
    expect(await clipMeanDiscrepancy(set, set, "unbiased")).toBeLessThan(0);
  });

  test("between equal distributions is positive when biased and near zero when unbiased", async () => {
    const [a, b] = [normalFeatures(30, 64, 1), normalFeatures(30, 64, 2)];
    const biased = await clipMeanDiscrepancy(a, b, "biased");
    // The pairs of an image with itself: 1000 · 2/30 · (1 - k), and k is about exp(-2 / 200) at right angles.
    expect(Math.abs(biased - (1000 * 2 * (1 - Math.exp(-0.01))) / 30)).toBeLessThan(0.25);
    const { value, interval } = await clipMeanDiscrepancyWithInterval(a, b, "unbiased", new Random(3));
    expect(interval!.low).toBeLessThan(0);
    expect(interval!.high).toBeGreaterThan(0);
    expect(Math.abs(value)).toBeLessThan(biased / 2);
  });
});
