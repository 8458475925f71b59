import { describe, expect, test } from "vitest";
import { nextPairProbabilities } from "@/lib/statistics/active-pairs";
import { anytimeReach } from "@/lib/statistics/confidence-sequence";
import { expectedNeitherShare, expectedTieShare, expectedWinRate } from "@/lib/statistics/expected-shares";
import { plannedTruth } from "@/lib/statistics/planned-truth";
import { createRandom } from "@/lib/statistics/random";
import { simulateVotes } from "@/lib/statistics/simulate-study";
import {
  predictStudy,
  simulateResult,
  votesForWinRate,
  winRateToLogStrength,
} from "@/lib/statistics/study-plan";
import { winMatrix } from "@/lib/statistics/win-matrix";

const design = {
  logStrength: [0, winRateToLogStrength(0.65)],
  leftAdvantage: 0,
  tieParameter: 0.3,
  captions: 40,
  raters: 16,
  captionEffect: 0.3,
  raterEffect: 0.2,
  raterSideEffect: 0.1,
};

describe("votes for a win rate", () => {
  test.each([
    [0.6, 194],
    [0.55, 783],
    [0.53, 2178],
    [0.4, 194],
  ])("%d needs %d at 80%% power and 5%%", (winRate, votes) => {
    expect(votesForWinRate(winRate)).toBe(votes);
  });

  test.each([0.5, 0, 1, Number.NaN])("of %d cannot be had", (winRate) => {
    expect(() => votesForWinRate(winRate)).toThrow();
  });
});

describe("the strengths of a planned win rate", () => {
  test.each([
    [0, 0],
    [0.2, 0],
    [0.4, 0],
    [0.8, 0],
    [0.2, 0.1],
    [0.4, 0.5],
  ])(
    "win six of ten, ties counting half, with a share of ties of %d and of “neither” of %d",
    (tieShare, neitherShare) => {
      const effects = { captionEffect: 0.5, raterEffect: 0.25, raterSideEffect: 0.2, raterBarEffect: 0.5 };
      const truth = plannedTruth(3, effects, { winRate: 0.6, tieShare, neitherShare });
      expect(expectedWinRate(truth, 1, 0)).toBeCloseTo(0.6, 5);
      const equal = { ...truth, logStrength: [0, 0] };
      expect(expectedTieShare(equal, 0, 1)).toBeCloseTo(tieShare, 5);
      expect(expectedNeitherShare(equal, 0, 1)).toBeCloseTo(neitherShare, 5);
      // And so they do in simulated votes, not in expectation alone.
      const table = simulateVotes({ ...truth, captions: 500, raters: 100, votesPerItem: 20 }, 1);
      expect(Math.abs(winMatrix(table, 0.95)[1]![0]!.winRate! - 0.6)).toBeLessThan(0.03);
    },
  );

  test("have a closed form for one caption and one rater", () => {
    for (const tieParameter of [0, 0.5, 4 / 3]) {
      const strength = winRateToLogStrength(0.6, tieParameter);
      const none = { captionEffect: 0, raterEffect: 0, raterSideEffect: 0, leftAdvantage: 0 };
      expect(expectedWinRate({ ...none, logStrength: [0, strength], tieParameter }, 1, 0)).toBeCloseTo(
        0.6,
        9,
      );
    }
    expect(winRateToLogStrength(0.6)).toBeCloseTo(Math.log(1.5), 12);
  });

  test("do not exist if too many answers differ", () => {
    const effects = { captionEffect: 30, raterEffect: 0, raterSideEffect: 0, raterBarEffect: 0 };
    expect(() => plannedTruth(2, effects, { winRate: 0.95, tieShare: 0, neitherShare: 0 })).toThrow(
      /No difference gives a win rate of 95%/,
    );
  });
});

describe("a prediction", () => {
  test("counts votes, and predicts more power and narrower intervals for more of them", () => {
    const options = { studies: 60 };
    const small = predictStudy({ ...design, votesPerItem: 2 }, options);
    const large = predictStudy({ ...design, votesPerItem: 8 }, options);
    expect(small).toMatchObject({ votes: 80, votesPerRater: 5, comparisons: 1 });
    const [few, many] = [small.pairs[0]!, large.pairs[0]!];
    expect(many.power).toBeGreaterThan(few.power);
    expect(many.reach).toBeLessThan(few.reach);
    expect(few.low).toBeLessThan(few.power);
    expect(few.high).toBeGreaterThan(few.power);
  });

  test("finds no difference between equal arms in about 95% of studies", () => {
    const { pairs } = predictStudy({ ...design, logStrength: [0, 0], votesPerItem: 4 }, { studies: 400 });
    // Standard error 1.1%.
    expect(pairs[0]!.power).toBeGreaterThan(0.01);
    expect(pairs[0]!.power).toBeLessThan(0.08);
  });

  test("is that of the decision adjusted for all pairs, which the leaderboard shows", () => {
    const four = { ...design, logStrength: [0, 0.5, 0, 0], votesPerItem: 6 };
    const { pairs, comparisons } = predictStudy(four, { studies: 60 });
    expect(comparisons).toBe(6);
    const results = Array.from({ length: 60 }, (_, index) => simulateResult(four, 1 + index).differences[0]!);
    const unadjusted = results.filter(({ p }) => p! <= 0.05).length / 60;
    expect(pairs[0]!.power).toBe(results.filter(({ pAdjusted }) => pAdjusted! <= 0.05).length / 60);
    expect(pairs[0]!.power).toBeLessThan(unadjusted);
  });

  test("respects raters' loads, and gives no rater an item twice", () => {
    const loads = Array.from({ length: 16 }, (_, rater) => (rater < 8 ? 0.25 : 1));
    const table = simulateVotes({ ...design, loads, votesPerItem: 4 }, 1);
    const given = table.raters.map((_, rater) => table.rater.filter((own) => own === rater).length);
    for (const [rater, count] of given.entries())
      expect(Math.abs(count - (rater < 8 ? 4 : 16))).toBeLessThan(2);
    const judged = Array.from(table.rater, (rater, i) => `${rater} ${table.caption[i]}`);
    expect(new Set(judged).size).toBe(table.voteCount);
    expect(() => simulateVotes({ ...design, loads: [1], votesPerItem: 4 }, 1)).toThrow(/1 loads/);
  });

  test("rejects more votes per item than there are raters", () => {
    expect(() => predictStudy({ ...design, votesPerItem: 17 })).toThrow(/17 votes per item/);
  });
});

describe("the next pair", () => {
  test("is most likely one that has few votes or is still undecided", () => {
    const [seldom, open, settled] = nextPairProbabilities([
      { wins: 3, losses: 2, ties: 0 },
      { wins: 50, losses: 45, ties: 5 },
      { wins: 95, losses: 3, ties: 2 },
    ]);
    expect(seldom!).toBeGreaterThan(open!);
    expect(open!).toBeGreaterThan(settled!);
    expect(settled!).toBeGreaterThan(0);
    expect(seldom! + open! + settled!).toBeCloseTo(1, 12);
  });

  test("is any of the pairs without votes, with equal probability", () => {
    expect(nextPairProbabilities(new Array(4).fill({ wins: 0, losses: 0, ties: 0 }))).toEqual(
      new Array(4).fill(0.25),
    );
  });
});

describe("the confidence sequence", () => {
  test("is wider than a fixed interval at all times, and least so at the chosen number of votes", () => {
    const ratio = (votes: number) => anytimeReach(1, votes, 400) / 1.96;
    for (const votes of [10, 100, 399, 401, 2000]) expect(ratio(votes)).toBeGreaterThan(ratio(400));
    expect(ratio(400)).toBeGreaterThan(1.2);
    expect(ratio(400)).toBeLessThan(1.8);
  });

  test("raises a false alarm in at most 5% of studies checked after every vote, while a fixed interval does in most", () => {
    const random = createRandom(9);
    const reach = Array.from({ length: 1501 }, (_, n) =>
      n < 20 ? 0 : anytimeReach(0.5 / Math.sqrt(n), n, 400),
    );
    let alarms = 0;
    let fixedAlarms = 0;
    for (let study = 0; study < 400; study++) {
      let sum = 0;
      let isAlarm = false;
      let isFixedAlarm = false;
      // From 20 votes on: the boundary is exact for normal means, and near enough for coin flips by then.
      for (let n = 1; n <= 1500; n++) {
        sum += random.nextInt(2) - 0.5;
        if (n < 20) continue;
        const standardError = 0.5 / Math.sqrt(n);
        if (Math.abs(sum / n) > reach[n]!) isAlarm = true;
        if (Math.abs(sum / n) > 1.96 * standardError) isFixedAlarm = true;
      }
      if (isAlarm) alarms++;
      if (isFixedAlarm) fixedAlarms++;
    }
    // 5% plus three standard errors.
    expect(alarms / 400).toBeLessThan(0.083);
    expect(fixedAlarms / 400).toBeGreaterThan(0.3);
  });
});
