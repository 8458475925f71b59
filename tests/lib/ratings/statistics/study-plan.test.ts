import { describe, expect, test } from "vitest";
import { nextPairProbabilities } from "@/lib/ratings/statistics/active-pairs";
import { anytimeReach } from "@/lib/ratings/statistics/confidence-sequence";
import { createRandom } from "@/lib/ratings/statistics/random";
import {
  leastVotesPerItem,
  predictStudy,
  votesForWinRate,
  winRateToLogStrength,
} from "@/lib/ratings/statistics/study-plan";

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

describe("a prediction", () => {
  test("counts votes, and says more power and narrower intervals for more of them", () => {
    const options = { studies: 60 };
    const small = predictStudy({ ...design, votesPerItem: 2 }, options);
    const large = predictStudy({ ...design, votesPerItem: 8 }, options);
    expect(small).toMatchObject({ votes: 80, votesPerRater: 5 });
    expect(large.pairs[0]!.power).toBeGreaterThan(small.pairs[0]!.power);
    expect(large.ratingReach[0]!).toBeLessThan(small.ratingReach[0]!);
  });

  test("finds no difference where there is none, in about 95% of studies", () => {
    const { pairs } = predictStudy({ ...design, logStrength: [0, 0], votesPerItem: 4 }, { studies: 400 });
    // Standard error 1.1%.
    expect(pairs[0]!.power).toBeGreaterThan(0.01);
    expect(pairs[0]!.power).toBeLessThan(0.08);
  });

  test("gives the least number of raters per item that reaches the power, or none", () => {
    const options = { studies: 60 };
    const { votesPerItem, prediction } = leastVotesPerItem(design, 0.8, options)!;
    expect(prediction.pairs[0]!.power).toBeGreaterThanOrEqual(0.8);
    expect(predictStudy({ ...design, votesPerItem: votesPerItem - 1 }, options).pairs[0]!.power).toBeLessThan(
      0.8,
    );
    expect(leastVotesPerItem({ ...design, logStrength: [0, 0.02] }, 0.8, options)).toBeNull();
  });

  test("refuses more votes per item than there are raters", () => {
    expect(() => predictStudy({ ...design, votesPerItem: 17 })).toThrow(/17 votes per item/);
  });
});

describe("the next pair", () => {
  test("is most likely one that was seldom judged or is still open", () => {
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

  test("is any of those never judged, with equal chance", () => {
    expect(nextPairProbabilities(new Array(4).fill({ wins: 0, losses: 0, ties: 0 }))).toEqual(
      new Array(4).fill(0.25),
    );
  });
});

describe("the confidence sequence", () => {
  test("is wider than a fixed interval at every time, least so when it was set to be", () => {
    const ratio = (votes: number) => anytimeReach(1, votes, 400) / 1.96;
    for (const votes of [10, 100, 399, 401, 2000]) expect(ratio(votes)).toBeGreaterThan(ratio(400));
    expect(ratio(400)).toBeGreaterThan(1.2);
    expect(ratio(400)).toBeLessThan(1.8);
  });

  test("raises a false alarm in at most 5% of studies watched after every vote, where a fixed interval does in most", () => {
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
