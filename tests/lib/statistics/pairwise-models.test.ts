import { describe, expect, test } from "vitest";
import { invertCholesky } from "@/lib/numerics/linear-system";
import { bradleyTerry } from "@/lib/statistics/bradley-terry";
import { davidson, outcomeProbabilities } from "@/lib/statistics/davidson";
import { logStrengthToElo } from "@/lib/statistics/elo";
import { type PairCounts, tableToPairCounts } from "@/lib/statistics/pair-counts";
import { quasiVariances } from "@/lib/statistics/quasi-variances";
import { simulateVotes } from "@/lib/statistics/simulate-study";
import type { Vote, Winner } from "@/lib/statistics/vote";
import { votesToTable } from "@/lib/statistics/vote-table";
import { referenceVotes } from "./reference-votes";

function countsOf(...games: [left: string, right: string, winner: Winner, times: number][]): PairCounts {
  const votes = games.flatMap(([left, right, winner, times]) =>
    Array.from({ length: times }, (_, i): Vote => ({ caption: `c${i}`, rater: "r", left, right, winner })),
  );
  return tableToPairCounts(votesToTable(votes));
}

describe.skipIf(!referenceVotes)("the reference votes", () => {
  const table = votesToTable(referenceVotes?.votes ?? []);
  const counts = tableToPairCounts(table);
  const expected = referenceVotes?.expected;

  test("give the published Bradley–Terry strengths", () => {
    const fit = bradleyTerry.fit(counts);
    const { log_strength_minus_first, elo_minus_first, nll } = expected.bradley_terry_ties_half;
    table.arms.forEach((arm, index) => {
      // 1e-4 is the agreement asked for; both sides are optimisers that stop short of the exact maximum.
      expect(Math.abs(fit.logStrength[index]! - log_strength_minus_first[arm])).toBeLessThan(1e-4);
      expect(Math.abs(logStrengthToElo(fit.logStrength[index]!) - elo_minus_first[arm])).toBeLessThan(0.02);
    });
    expect(-fit.logLikelihood).toBeCloseTo(nll, 8);
    expect(fit.method).toBe("maximum-likelihood");
  });

  test("give the published Davidson strengths, tie parameter and left advantage", () => {
    const fit = davidson.fit(counts);
    const { log_strength_minus_first, nll, tie_parameter_nu, left_advantage_log } =
      expected.davidson_with_left_advantage;
    table.arms.forEach((arm, index) => {
      expect(Math.abs(fit.logStrength[index]! - log_strength_minus_first[arm])).toBeLessThan(1e-4);
    });
    expect(Math.abs(fit.tieParameter - tie_parameter_nu)).toBeLessThan(1e-4);
    expect(Math.abs(fit.leftAdvantage - left_advantage_log)).toBeLessThan(1e-4);
    expect(-fit.logLikelihood).toBeCloseTo(nll, 8);
  });
});

describe("Bradley–Terry", () => {
  test("gives the strengths of choix for three wins in a circle and one more", () => {
    const { logStrength } = bradleyTerry.fit(
      countsOf(["a", "b", "left", 2], ["b", "c", "left", 1], ["c", "a", "left", 1]),
    );
    // choix's test case "pairwise-2", as worths.
    const [a, b, c] = [1.43586088, 0.62035049, 0.94378863];
    expect(logStrength[1]!).toBeCloseTo(Math.log(b / a), 6);
    expect(logStrength[2]!).toBeCloseTo(Math.log(c / a), 6);
  });

  test("gives the strengths of arena-rank for four arms of which two pairs never met", () => {
    const { logStrength } = bradleyTerry.fit(
      countsOf(
        ["a", "b", "left", 2],
        ["a", "b", "right", 3],
        ["a", "d", "left", 1],
        ["a", "d", "right", 4],
        ["b", "c", "left", 5],
        ["b", "c", "right", 3],
        ["c", "d", "left", 1],
        ["c", "d", "right", 3],
      ),
    );
    // The case of arena-rank's own test, in worths of geometric mean 1.
    const [a, b, c, d] = [0.64, 1.043, 0.66, 2.27];
    const mean = logStrength.reduce((sum, value) => sum + value, 0) / 4;
    // countsOf numbers arms as they appear: a, b, d, c.
    for (const [index, worth] of [a, b, d, c].entries()) {
      expect(Math.abs(Math.exp(logStrength[index]! - mean) / worth - 1)).toBeLessThan(1e-3);
    }
  });

  test("of two arms is the log odds of the win rate, with a tie as half", () => {
    // 7 wins and 2 of 4 ties against 3 losses and the other 2: odds 9 to 5.
    const { logStrength } = bradleyTerry.fit(
      countsOf(["a", "b", "left", 4], ["b", "a", "right", 3], ["a", "b", "right", 3], ["b", "a", "tie", 4]),
    );
    expect(logStrength[1]!).toBeCloseTo(-Math.log(9 / 5), 10);
  });

  test("ignores “both bad”", () => {
    const games = [
      ["a", "b", "left", 4],
      ["a", "b", "right", 3],
    ] as const;
    const without = bradleyTerry.fit(
      countsOf(...games.map((game): [string, string, Winner, number] => [...game])),
    );
    const withBad = bradleyTerry.fit(countsOf([...games[0]], [...games[1]], ["b", "a", "both_bad", 50]));
    expect(withBad.logStrength).toEqual(without.logStrength);
  });

  test("an arm that never loses gets a finite strength, and the fit says that it needed a prior", () => {
    const fit = bradleyTerry.fit(
      countsOf(["a", "b", "left", 5], ["b", "a", "left", 5], ["c", "a", "left", 10], ["b", "c", "right", 10]),
    );
    expect(fit.method).toBe("weak-prior");
    expect(fit.logStrength[2]!).toBeGreaterThan(1);
    expect(fit.logStrength[2]!).toBeLessThan(10);
    expect(fit.logStrength[1]!).toBeCloseTo(0, 10);
  });

  test("arms in a circle where each beats the next are equal, without any ties", () => {
    const fit = bradleyTerry.fit(
      countsOf(["a", "b", "left", 3], ["b", "c", "left", 3], ["c", "a", "left", 3]),
    );
    expect(fit.method).toBe("maximum-likelihood");
    for (const strength of fit.logStrength) expect(strength).toBeCloseTo(0, 10);
  });
});

describe("Davidson", () => {
  // Davidson (1970), example 2: preferences among six brands of chocolate pudding. Of each pair i, j: i preferred, j
  // preferred, no preference. Estimates and quasi standard errors as the R package PlackettLuce prints them, which
  // stops after seven iterations as Davidson did: good to 2e-4.
  const puddings = [
    [1, 2, 19, 22, 16],
    [1, 3, 16, 19, 12],
    [2, 3, 19, 19, 10],
    [1, 4, 18, 23, 13],
    [2, 4, 23, 19, 9],
    [3, 4, 19, 20, 15],
    [1, 5, 13, 19, 18],
    [2, 5, 16, 20, 12],
    [3, 5, 16, 15, 17],
    [4, 5, 17, 14, 16],
    [1, 6, 18, 21, 12],
    [2, 6, 22, 20, 12],
    [3, 6, 13, 18, 10],
    [4, 6, 14, 19, 18],
    [5, 6, 11, 21, 12],
  ] as const;

  test("gives Davidson's strengths and ties of six puddings, and their quasi-variances", () => {
    const counts = new Float64Array(6 * 6 * 3);
    for (const [i, j, won, lost, tied] of puddings) {
      // Half of each on either side, so that neither side has an advantage.
      for (const [left, right, leftWon, rightWon] of [
        [i - 1, j - 1, won, lost],
        [j - 1, i - 1, lost, won],
      ] as const) {
        counts.set([leftWon / 2, rightWon / 2, tied / 2], (left * 6 + right) * 3);
      }
    }
    const fit = davidson.fit({ armCount: 6, counts });
    expect(fit.leftAdvantage).toBeCloseTo(0, 9);
    expect(Math.abs(fit.tieParameter - 0.7468147)).toBeLessThan(2e-4);
    const worth = [0.1388005, 0.1729985, 0.161742, 0.165393, 0.1586805, 0.2023855];
    worth.forEach((value, arm) => {
      expect(Math.abs(fit.logStrength[arm]! - Math.log(value / worth[0]!))).toBeLessThan(2e-4);
    });
    const covariance = invertCholesky(fit.informationFactor, fit.free.length);
    const at = (i: number, j: number) =>
      i === 0 || j === 0 ? 0 : covariance[(i - 1) * fit.free.length + j - 1]!;
    const variances = Float64Array.from({ length: 36 }, (_, cell) => {
      const [i, j] = [Math.floor(cell / 6), cell % 6];
      return at(i, i) + at(j, j) - 2 * at(i, j);
    });
    const published = [0.132895, 0.1327373, 0.139574, 0.133024, 0.1399253, 0.1392047];
    quasiVariances(variances, 6).forEach((variance, arm) => {
      expect(Math.sqrt(variance)).toBeCloseTo(published[arm]!, 4);
    });
  });

  test("reproduces the shares of two arms exactly: three parameters for three free shares per pair", () => {
    const counts = countsOf(
      ["a", "b", "left", 40],
      ["a", "b", "right", 25],
      ["a", "b", "tie", 20],
      ["b", "a", "left", 30],
      ["b", "a", "right", 35],
      ["b", "a", "tie", 20],
    );
    const { logStrength, leftAdvantage, tieParameter } = davidson.fit(counts);
    const p = new Float64Array(3);
    outcomeProbabilities(logStrength[0]!, logStrength[1]!, leftAdvantage, Math.log(tieParameter), p);
    const expectedTies = p[2]!;
    outcomeProbabilities(logStrength[1]!, logStrength[0]!, leftAdvantage, Math.log(tieParameter), p);
    // The score equation of ν: the expected number of ties is the observed one.
    expect(85 * (expectedTies + p[2]!)).toBeCloseTo(40, 8);
  });

  test("recovers strengths, ties and left advantage from many votes", () => {
    const truth = { logStrength: [0, -0.4, 0.3, 1.2], leftAdvantage: 0.25, tieParameter: 0.6 };
    const table = simulateVotes(
      {
        ...truth,
        captions: 2000,
        raters: 200,
        votesPerItem: 10,
        captionEffect: 0,
        raterEffect: 0,
        raterSideEffect: 0,
      },
      7,
    );
    const fit = davidson.fit(tableToPairCounts(table));
    // 120,000 votes: standard errors are about 0.01; four of them.
    truth.logStrength.forEach((strength, arm) => {
      expect(Math.abs(fit.logStrength[arm]! - strength)).toBeLessThan(0.04);
    });
    expect(Math.abs(fit.leftAdvantage - truth.leftAdvantage)).toBeLessThan(0.04);
    expect(Math.abs(fit.tieParameter - truth.tieParameter)).toBeLessThan(0.04);
  });

  test("without any tie has ν = 0 and Bradley–Terry's strengths when sides are balanced", () => {
    const games: [string, string, Winner, number][] = [
      ["a", "b", "left", 6],
      ["a", "b", "right", 4],
      ["b", "a", "left", 4],
      ["b", "a", "right", 6],
    ];
    const fit = davidson.fit(countsOf(...games));
    expect(fit.tieParameter).toBe(0);
    expect(fit.leftAdvantage).toBeCloseTo(0, 10);
    expect(fit.logStrength[1]!).toBeCloseTo(bradleyTerry.fit(countsOf(...games)).logStrength[1]!, 10);
  });

  test.each([
    ["only ties", [["a", "b", "tie", 9]]],
    ["every answer left", [["a", "b", "left", 9]]],
    [
      "left always wins, both ways round",
      [
        ["a", "b", "left", 9],
        ["b", "a", "left", 9],
      ],
    ],
    [
      "an arm that wins all",
      [
        ["a", "b", "left", 9],
        ["b", "a", "right", 9],
        ["a", "b", "tie", 0],
      ],
    ],
    [
      "arms that never met",
      [
        ["a", "b", "left", 3],
        ["b", "a", "left", 2],
        ["c", "d", "left", 3],
        ["d", "c", "tie", 1],
      ],
    ],
  ] as [string, [string, string, Winner, number][]][])("%s: finite, by the weak prior", (_, games) => {
    const fit = davidson.fit(countsOf(...games));
    expect(fit.method).toBe("weak-prior");
    for (const value of [...fit.logStrength, fit.leftAdvantage, fit.tieParameter]) {
      expect(Number.isFinite(value)).toBe(true);
      expect(Math.abs(value)).toBeLessThan(100);
    }
  });

  test("the scores of the votes sum to zero at the maximum", () => {
    const table = simulateVotes(
      {
        logStrength: [0, 0.5, 1],
        leftAdvantage: 0.2,
        tieParameter: 0.7,
        captions: 20,
        raters: 10,
        votesPerItem: 4,
        captionEffect: 0.3,
        raterEffect: 0.3,
        raterSideEffect: 0.1,
      },
      3,
    );
    const counts = tableToPairCounts(table);
    for (const model of [davidson, bradleyTerry]) {
      const fit = model.fit(counts);
      for (let p = 0; p < fit.free.length; p++) {
        const scores = model.scoresAlong(
          fit,
          fit.free.map((_, other) => (other === p ? 1 : 0)),
        );
        const sum = counts.counts.reduce((total, count, type) => total + count * scores[type]!, 0);
        // 240 votes, scores of order 1: rounding and the last Newton step leave some 1e-7.
        expect(Math.abs(sum)).toBeLessThan(1e-6);
      }
    }
  });
});
