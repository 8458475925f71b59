import { describe, expect, it } from "vitest";
import { createRandom } from "@/lib/ratings/statistics/random";
import { clusteredRankCorrelation, rankCorrelation } from "@/lib/ratings/statistics/rank-correlation";

const pairsOf = (x: number[], y: number[]) => x.map((value, i) => ({ x: value, y: y[i]! }));
const options = { seed: 1, replicates: 400, coverage: 0.95 };

describe("rankCorrelation", () => {
  it("is Spearman's ρ with ties sharing their ranks", () => {
    // scipy.stats.spearmanr of the same numbers.
    const { value, low, high } = rankCorrelation(pairsOf([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]), 0.95);
    expect(value).toBeCloseTo(0.8207826816681233, 12);
    expect(low!).toBeLessThan(value!);
    expect(high!).toBeGreaterThan(value!);
    expect(high!).toBeLessThan(1);
  });

  it("does not change under any rising function, and turns its sign under a falling one", () => {
    const x = [3, 1, 4, 1, 5, 9, 2, 6];
    const y = [2, 7, 1, 8, 2, 8, 1, 8];
    const value = rankCorrelation(pairsOf(x, y), 0.95).value!;
    expect(rankCorrelation(pairsOf(x, y.map(Math.exp)), 0.95).value).toBeCloseTo(value, 12);
    expect(
      rankCorrelation(
        pairsOf(
          x,
          y.map((one) => -one),
        ),
        0.95,
      ).value,
    ).toBeCloseTo(-value, 12);
  });

  it("gives no interval from three pairs, and no value from two or where nothing varies", () => {
    expect(rankCorrelation(pairsOf([1, 2, 3], [1, 3, 2]), 0.95)).toMatchObject({ value: 0.5, low: null });
    expect(rankCorrelation(pairsOf([1, 2], [1, 2]), 0.95).value).toBeNull();
    expect(rankCorrelation(pairsOf([1, 2, 3, 4], [5, 5, 5, 5]), 0.95).value).toBeNull();
  });
});

describe("clusteredRankCorrelation", () => {
  /** Pictures of one caption share what makes both values high. */
  const study = (seed: number, clusters: number) => {
    const random = createRandom(seed);
    return Array.from({ length: clusters }, (_, cluster) => {
      const common = random.nextNormal();
      return Array.from({ length: 4 }, () => ({
        x: common + 0.3 * random.nextNormal(),
        y: common + random.nextNormal(),
        cluster: String(cluster),
      }));
    }).flat();
  };

  it("has an interval that holds the truth of many clusters in about 95% of studies", () => {
    const truth = clusteredRankCorrelation(study(999, 20_000), { ...options, replicates: 1 }).value!;
    let held = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const { low, high } = clusteredRankCorrelation(study(seed, 40), options);
      if (low! <= truth && truth <= high!) held++;
    }
    expect(held).toBeGreaterThan(178);
    expect(held).toBeLessThan(200);
  });

  it("is wider than the interval that takes pictures of one caption for independent", () => {
    const pairs = study(3, 40);
    const alone = pairs.map((pair, index) => ({ ...pair, cluster: String(index) }));
    const width = (of: typeof pairs) => {
      const { low, high } = clusteredRankCorrelation(of, options);
      return high! - low!;
    };
    expect(width(pairs)).toBeGreaterThan(1.2 * width(alone));
  });

  it("gives no interval from fewer than five clusters", () => {
    expect(clusteredRankCorrelation(study(1, 4), options)).toMatchObject({
      low: null,
      high: null,
      pairs: 16,
    });
  });
});
