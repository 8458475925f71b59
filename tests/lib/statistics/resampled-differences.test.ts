import { describe, expect, test } from "vitest";
import { contrastReach, contrastSpread, differenceOf } from "@/lib/statistics/arm-estimates";
import { davidson } from "@/lib/statistics/davidson";
import { computeLeaderboard, tableToLeaderboard } from "@/lib/statistics/leaderboard";
import { pairEstimates } from "@/lib/statistics/pair-estimates";
import { resampleDifferences } from "@/lib/statistics/resampled-differences";
import { simulateVotes } from "@/lib/statistics/simulate-study";

const study = {
  logStrength: [0, 0.6, 1.5],
  leftAdvantage: 0.1,
  tieParameter: 0.7,
  captions: 30,
  raters: 20,
  votesPerItem: 4,
  captionEffect: 0.4,
  raterEffect: 0.3,
  raterSideEffect: 0.2,
};
const options = { seed: 5, replicates: 200, coverage: 0.95 };

function bounds(seed: number, changes: Partial<typeof options> = {}) {
  const table = simulateVotes(study, seed);
  const { fit, estimates } = pairEstimates(table, davidson);
  const of = resampleDifferences(table, davidson, fit, estimates, { ...options, ...changes })!;
  return { ...of(1, 0), value: fit.logStrength[1]!, estimates };
}

describe("intervals from resampling captions and raters", () => {
  test("are a function of votes and seed", () => {
    expect(bounds(1)).toEqual(bounds(1));
    expect(bounds(1, { seed: 6 })).not.toEqual(bounds(1));
  });

  test("contain the value and widen with the coverage", () => {
    const [narrow, wide] = [bounds(2, { coverage: 0.5 }), bounds(2)];
    expect(wide.low).toBeLessThan(narrow.low);
    expect(narrow.low).toBeLessThan(narrow.value);
    expect(narrow.value).toBeLessThan(narrow.high);
    expect(narrow.high).toBeLessThan(wide.high);
  });

  test("are about as wide as those of the jackknife", () => {
    let ratio = 0;
    const studies = 30;
    for (let seed = 0; seed < studies; seed++) {
      const { low, high, estimates } = bounds(seed);
      const reach = contrastReach(contrastSpread(estimates, differenceOf(1, 0)), options.coverage);
      ratio += (high - low) / (2 * reach) / studies;
    }
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
  });

  test("are given for every difference if replicates are requested, on the scale of the ratings", () => {
    const table = simulateVotes(study, 3);
    for (const { low, high, resampledLow, resampledHigh } of tableToLeaderboard(table, { replicates: 200 })
      .differences) {
      expect(resampledLow! / low!).toBeCloseTo(1, 0);
      expect(resampledHigh! / high!).toBeCloseTo(1, 0);
    }
    expect(tableToLeaderboard(table).differences[0]!.resampledLow).toBeNull();
  });

  test("are not given if all votes agree", () => {
    const votes = Array.from({ length: 20 }, (_, i) => {
      const [left, right] = i % 2 === 0 ? ["a", "b"] : ["b", "a"];
      const winner = i % 2 === 0 ? ("left" as const) : ("right" as const);
      return { caption: `c${i % 5}`, rater: `r${i % 4}`, left: left!, right: right!, winner };
    });
    expect(computeLeaderboard(votes, { replicates: 100 }).differences[0]!.resampledLow).toBeNull();
  });
});
