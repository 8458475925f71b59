import { describe, expect, test } from "vitest";
import {
  drawPool,
  halfSample,
  meanInterval,
  shareInterval,
  singletons,
  skewedInterval,
  spreadOfContributions,
  studentInterval,
} from "@/lib/metrics/intervals/intervals";
import { Random } from "@/lib/numerics/random";

const clustersOf = (count: number, size: number) =>
  Int32Array.from({ length: count * size }, (_, i) => Math.floor(i / size));

/** Several images of each caption, whose correlation is `icc`. */
function drawScores(random: Random, captions: number, seeds: number, icc: number): Float64Array {
  return Float64Array.from({ length: captions }, () => random.normal()).reduce(
    (values, caption, at) => {
      for (let k = 0; k < seeds; k++) {
        values[at * seeds + k] = Math.sqrt(icc) * caption + Math.sqrt(1 - icc) * random.normal();
      }
      return values;
    },
    new Float64Array(captions * seeds),
  );
}

describe("interval of a mean", () => {
  test.each([
    [50, 0.5],
    [50, 0.8],
    [6, 0.5],
  ])("over %i captions with 4 seeds each, ICC %f, holds the mean in 95 of 100 studies", (captions, icc) => {
    // Resampled image by image it held it in 78 and 70.
    const random = new Random(captions, Math.round(10 * icc));
    let held = 0;
    for (let study = 0; study < 2000; study++) {
      const { low, high } = meanInterval(drawScores(random, captions, 4, icc), clustersOf(captions, 4))!;
      if (low <= 0 && 0 <= high) held++;
    }
    expect(held / 2000).toBeGreaterThan(0.935);
    expect(held / 2000).toBeLessThan(0.965);
  });

  test("of independent values is Student's", () => {
    const { low, high } = meanInterval([1, 2, 3, 4, 5], singletons(5))!;
    // scipy.stats.t.interval(0.95, 4, 3, sqrt(0.5)); the quantile is within 0.5%.
    expect(low / 1.03676).toBeCloseTo(1, 2);
    expect(high / 4.96324).toBeCloseTo(1, 2);
  });

  test("is undefined for one caption and has no width for equal values", () => {
    expect(meanInterval([3, 4, 5], Int32Array.of(7, 7, 7))).toBeNull();
    expect(meanInterval([3, 3, 3], singletons(3))).toEqual({ low: 3, high: 3 });
  });

  test("of successes only does not claim certainty", () => {
    const { low, high } = meanInterval(new Float64Array(40).fill(1), clustersOf(10, 4))!;
    expect(high).toBe(1);
    // Ten captions, not forty images, with t of nine degrees: 10 / (10 + 2.262²).
    expect(low).toBeCloseTo(0.661, 2);
    const misses = shareInterval(0, { variance: 0, degrees: 9 }, singletons(10));
    expect(misses.low).toBe(0);
    expect(misses.high).toBeCloseTo(1 - low, 9);
  });

  test("does not depend on the order of captions or their numbers", () => {
    const values = [1, 5, 2, 8, 3, 1];
    const one = meanInterval(values, Int32Array.of(0, 0, 1, 1, 2, 2))!;
    const other = meanInterval([3, 1, 5, 1, 8, 2], Int32Array.of(9, 9, 4, 4, 7, 7))!;
    expect(other.low).toBeCloseTo(one.low, 12);
  });
});

test("a difference of two sets is paired by caption", () => {
  const random = new Random(5);
  const before = drawScores(random, 60, 2, 0.9);
  const after = before.map((value) => value + 0.1 * random.normal());
  const clusters = clustersOf(60, 2);
  const centred = (values: Float64Array, sign: number) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => (sign * (value - mean)) / values.length);
  };
  const paired = spreadOfContributions([
    { values: centred(before, -1), clusters },
    { values: centred(after, 1), clusters },
  ])!;
  const apart = spreadOfContributions([
    { values: centred(before, -1), clusters },
    { values: centred(after, 1), clusters: clusters.map((cluster) => cluster + 1000) },
  ])!;
  expect(paired.variance).toBeLessThan(0.02 * apart.variance);
  const direct = meanInterval(
    after.map((value, i) => value - before[i]!),
    clusters,
  )!;
  const { low, high } = studentInterval((direct.low + direct.high) / 2, { ...paired, degrees: 59 });
  expect(low).toBeCloseTo(direct.low, 9);
  expect(high).toBeCloseTo(direct.high, 9);
});

test("an interval on the root scale stays above zero and is longer towards large values", () => {
  const { low, high } = studentInterval(1, { variance: 1, degrees: 1000 }, "root");
  expect(low).toBeGreaterThan(0);
  expect(high - 1).toBeGreaterThan(1 - low);
});

describe("half-sampling", () => {
  const mean = (values: ArrayLike<number>, rows: Uint32Array) =>
    rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;

  test.each([512, 40])(
    "of a difference of means has the textbook variance, at most %i images drawn a side",
    async (largest) => {
      const [a, b] = [new Random(3).normals(300), new Random(4).normals(200).map((value) => 2 * value)];
      const random = new Random(5);
      const pools = [drawPool(singletons(300), largest, random), drawPool(singletons(200), largest, random)];
      const { variance, bias } = (await halfSample(
        (rowsA, rowsB) => mean(a, rowsA!) - mean(b, rowsB!),
        pools,
        random,
        { minimum: 1, replicates: 2000 },
      ))!;
      const [n, m] = pools.map(({ rows }) => rows.length) as [number, number];
      // Forty drawn values know their own variance to a fifth.
      expect(Math.abs(Math.sqrt(variance / (1 / n + 4 / m)) - 1)).toBeLessThan(largest === 40 ? 0.25 : 0.1);
      // A mean has no bias; 2000 halves leave about a fortieth of the standard error.
      expect(Math.abs(bias)).toBeLessThan(0.13 * Math.sqrt(1 / n + 4 / m));
    },
  );

  test("keeps the images of a caption together", async () => {
    const clusters = clustersOf(10, 4);
    const pool = drawPool(clusters, 1000, new Random(1));
    const halves = await halfSample(
      (rows) => {
        for (const row of rows!) expect(rows).toContain(4 * Math.floor(row / 4) + ((row + 1) % 4));
        return rows!.length;
      },
      [pool],
      new Random(2),
      { minimum: 2, replicates: 20 },
    );
    expect(halves!.variance).toBe(0);
    expect(drawPool(clusters, 18, new Random(1)).rows).toHaveLength(16);
  });

  test("is undefined if half a set is too small for the statistic", async () => {
    const pools = [3, 100].map((count) => drawPool(singletons(count), 512, new Random(1)));
    expect(await halfSample(() => 1, pools, new Random(1), { minimum: 2 })).toBeNull();
  });
});

test("a skewed interval is Student's without skewness, and longer above with it", () => {
  const spread = { variance: 4, degrees: 20 };
  const plain = studentInterval(10, spread);
  const nearly = skewedInterval(10, spread, 1e-5);
  expect(skewedInterval(10, spread, 0)).toEqual(plain);
  expect(nearly.low).toBeCloseTo(plain.low, 3);
  expect(nearly.high).toBeCloseTo(plain.high, 3);
  const c = 0.1;
  const { low, high } = skewedInterval(10, spread, c);
  expect(high - 10).toBeGreaterThan(10 - low);
  // At both ends the transformed T is the quantile.
  for (const [end, sign] of [
    [low, 1],
    [high, -1],
  ] as const) {
    const t = (10 - end) / 2;
    expect(t + c * t ** 2 + (c ** 2 * t ** 3) / 3).toBeCloseTo((sign * (plain.high - 10)) / 2, 9);
  }
});
