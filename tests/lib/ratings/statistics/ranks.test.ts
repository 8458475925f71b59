import { expect, test } from "vitest";
import { expectedScore, logStrengthsToRatings, logStrengthToElo } from "@/lib/ratings/statistics/elo";
import { lowerBoundRanks, upperBoundRanks } from "@/lib/ratings/statistics/ranks";

test("an arm's rank by upper bound counts the arms that are better for certain, by lower bound those not worse", () => {
  const intervals = [
    { low: 1100, high: 1200 },
    { low: 1050, high: 1150 },
    { low: 900, high: 1050 },
    { low: 800, high: 890 },
  ];
  expect(upperBoundRanks(intervals)).toEqual([1, 1, 2, 4]);
  expect(lowerBoundRanks(intervals)).toEqual([2, 3, 3, 4]);
});

test("400 Elo points are odds of ten to one", () => {
  expect(logStrengthToElo(Math.log(10))).toBeCloseTo(400, 10);
  expect(expectedScore(1400, 1000)).toBeCloseTo(10 / 11, 12);
  expect(logStrengthsToRatings([0, Math.log(10)])).toEqual([expect.closeTo(800, 9), expect.closeTo(1200, 9)]);
});
