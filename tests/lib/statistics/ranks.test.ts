import { expect, test } from "vitest";
import type { ArmDifference } from "@/lib/statistics/arm-differences";
import { logStrengthToElo } from "@/lib/statistics/elo";
import { rankRanges } from "@/lib/statistics/ranks";

test("an arm's best rank counts the arms separated above it, its worst rank those not separated below it", () => {
  const separated = [
    ["a", "c"],
    ["a", "d"],
    ["b", "d"],
    ["c", "d"],
  ].map(([first, second]) => ({ first, second, isSeparated: true }) as ArmDifference);
  const undecided = [
    ["a", "b"],
    ["b", "c"],
  ].map(([first, second]) => ({ first, second, isSeparated: false }) as ArmDifference);
  const ranges = rankRanges(["a", "b", "c", "d"], [...separated, ...undecided]);
  expect([...ranges.values()]).toEqual([
    { best: 1, worst: 2 },
    { best: 1, worst: 3 },
    { best: 2, worst: 3 },
    { best: 4, worst: 4 },
  ]);
});

test("400 Elo points are odds of ten to one", () => {
  expect(logStrengthToElo(Math.log(10))).toBeCloseTo(400, 10);
});
