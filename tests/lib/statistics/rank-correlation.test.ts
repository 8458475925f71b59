import { describe, expect, it } from "vitest";
import { createRandom } from "@/lib/statistics/random";
import { rankCorrelation } from "@/lib/statistics/rank-correlation";

const pairsOf = (x: number[], y: number[]) => x.map((value, i) => ({ x: value, y: y[i]! }));

describe("rankCorrelation", () => {
  it("is Spearman's ρ with ties sharing their ranks", () => {
    // scipy.stats.spearmanr of the same numbers.
    const { value } = rankCorrelation(pairsOf([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]), 0.95);
    expect(value).toBeCloseTo(0.8207826816681233, 12);
  });

  it("is invariant under increasing functions, and changes its sign under decreasing ones", () => {
    const x = [3, 1, 4, 1, 5, 9, 2, 6];
    const y = [2, 7, 1, 8, 2, 8, 1, 8];
    const correlate = (values: number[]) => rankCorrelation(pairsOf(x, values), 0.95).value!;
    expect(correlate(y.map(Math.exp))).toBeCloseTo(correlate(y), 12);
    expect(correlate(y.map((one) => -one))).toBeCloseTo(-correlate(y), 12);
  });

  it("gives no interval for fewer than eight pairs: four arms are in perfect order by chance in one of twelve cases", () => {
    const perfect = rankCorrelation(pairsOf([1, 2, 3, 4], [10, 20, 30, 40]), 0.95);
    expect(perfect).toMatchObject({ value: 1, low: null, high: null, pairs: 4 });
    expect(perfect.p).toBeCloseTo(2 / 24, 12);
    expect(rankCorrelation(pairsOf([1, 2, 3], [1, 3, 2]), 0.95)).toMatchObject({
      value: 0.5,
      low: null,
      p: 1,
    });
  });

  it("has the exact p of the permutation distribution, ties included", () => {
    // scipy.stats.permutation_test over all orders of the second list, two-sided.
    expect(rankCorrelation(pairsOf([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]), 0.95).p).toBeCloseTo(16 / 120, 12);
    expect(rankCorrelation(pairsOf([1, 2, 3, 4], [5, 5, 6, 7]), 0.95).p).toBeCloseTo(4 / 24, 12);
  });

  it("has at most the nominal rate of false positives", () => {
    const random = createRandom(1);
    let rejected = 0;
    for (let study = 0; study < 400; study++) {
      const pairs = Array.from({ length: 6 }, () => ({ x: random.nextNormal(), y: random.nextNormal() }));
      if (rankCorrelation(pairs, 0.95).p! <= 0.05) rejected++;
    }
    expect(rejected).toBeLessThanOrEqual(30);
    expect(rejected).toBeGreaterThan(5);
  });

  it.each([0, 0.5, 0.9])("has an interval of eight pairs that holds ρ of normal pairs with r = %f", (r) => {
    const truth = (6 / Math.PI) * Math.asin(r / 2);
    const random = createRandom(Math.round(100 * r));
    let held = 0;
    for (let study = 0; study < 2000; study++) {
      const pairs = Array.from({ length: 8 }, () => {
        const x = random.nextNormal();
        return { x, y: r * x + Math.sqrt(1 - r * r) * random.nextNormal() };
      });
      const { low, high } = rankCorrelation(pairs, 0.95);
      if (low! <= truth && truth <= high!) held++;
    }
    expect(held / 2000).toBeGreaterThan(0.925);
    expect(held / 2000).toBeLessThan(0.98);
  });

  it("does not claim certainty for eight pairs in perfect order", () => {
    const { value, low, high, p } = rankCorrelation(
      pairsOf([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7, 8]),
      0.95,
    );
    expect([value, p]).toEqual([1, null]);
    expect(low!).toBeLessThan(0.93);
    expect(high!).toBeLessThan(1);
  });

  it("is undefined for two pairs or without variance", () => {
    expect(rankCorrelation(pairsOf([1, 2], [1, 2]), 0.95).value).toBeNull();
    expect(rankCorrelation(pairsOf([1, 2, 3, 4], [5, 5, 5, 5]), 0.95).value).toBeNull();
  });
});
