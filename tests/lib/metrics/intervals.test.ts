import { describe, expect, test } from "vitest";
import { Random } from "@/lib/engine/random";
import { bootstrapMeanInterval, halfSample, quantile } from "@/lib/metrics/intervals";

describe("bootstrap interval of a mean", () => {
  test("is the normal interval where there are many values", () => {
    const values = new Random(1).normals(400);
    const mean = values.reduce((sum, value) => sum + value, 0) / 400;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 399;
    const interval = bootstrapMeanInterval(values, new Random(2))!;
    const halfWidth = 1.96 * Math.sqrt(variance / 400);
    // 2000 resamples know the 2.5% quantile to about 4% of the half width; 10% allows two and a half such errors.
    expect(Math.abs(interval.low - (mean - halfWidth))).toBeLessThan(0.1 * halfWidth);
    expect(Math.abs(interval.high - (mean + halfWidth))).toBeLessThan(0.1 * halfWidth);
  });

  test("does not exist for one value and has no width for equal ones", () => {
    expect(bootstrapMeanInterval([3], new Random(1))).toBeNull();
    expect(bootstrapMeanInterval([3, 3, 3], new Random(1))).toEqual({ low: 3, high: 3 });
  });

  test("is the same for the same random stream", () => {
    const values = [1, 5, 2, 8, 3];
    expect(bootstrapMeanInterval(values, new Random(7))).toEqual(
      bootstrapMeanInterval(values, new Random(7)),
    );
  });
});

describe("half-sampling interval", () => {
  const ascending = (count: number) => Uint32Array.from({ length: count }, (_, i) => i);
  const mean = (values: ArrayLike<number>, rows: Uint32Array) =>
    rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;

  test.each([512, 40])(
    "of a difference of means has the textbook width, at most %i drawn a side",
    async (largest) => {
      const [a, b] = [new Random(3).normals(300), new Random(4).normals(200).map((value) => 2 * value)];
      const statistic = (rowsA: Uint32Array, rowsB: Uint32Array) => mean(a, rowsA) - mean(b, rowsB);
      const { interval, bias } = (await halfSample(
        statistic(ascending(300), ascending(200)),
        [300, 200],
        statistic,
        new Random(5),
        {
          minimum: 1,
          replicates: 2000,
          largest,
        },
      ))!;
      // Independent means: variance 1/300 + 4/200. The deviations of the drawn normals themselves allow 10%.
      const ratio = (interval.high - interval.low) / (2 * 1.96 * Math.sqrt(1 / 300 + 4 / 200));
      expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
      // A mean has no bias; 2000 halves leave about a fortieth of the standard error of 0.15.
      expect(Math.abs(bias)).toBeLessThan(0.02);
    },
  );

  test("does not exist where half a set is too small for the statistic", async () => {
    expect(await halfSample(1, [3, 100], () => 1, new Random(1), { minimum: 2 })).toBeNull();
  });
});

test("quantiles interpolate between order statistics", () => {
  expect(quantile([1, 2, 4], 0.5)).toBe(2);
  expect(quantile([1, 2, 4], 0.75)).toBe(3);
  expect(quantile([5], 0.975)).toBe(5);
});
