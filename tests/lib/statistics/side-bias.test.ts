import { describe, expect, it } from "vitest";
import { expectedShares } from "@/lib/statistics/expected-shares";
import { sideBias } from "@/lib/statistics/side-bias";
import { simulateVotes } from "@/lib/statistics/simulate-study";
import { votesToTable } from "@/lib/statistics/vote-table";

const study = {
  captions: 40,
  raters: 12,
  votesPerItem: 3,
  captionEffect: 0.4,
  raterEffect: 0.3,
  raterSideEffect: 0.2,
  leftAdvantage: 0.1,
  tieParameter: 0.3,
};

describe("side bias", () => {
  it.each([
    ["near each other", [0, 0.6, 1.7]],
    ["of which one always wins", [0, 0.6, 7]],
  ])("has an interval that holds in 95 of 100 studies and hardly more, for arms %s", (_, logStrength) => {
    const own = { ...study, logStrength };
    let [left, decisive] = [0, 0];
    for (const i of logStrength.keys()) {
      for (const j of logStrength.keys()) {
        if (i === j) continue;
        const shares = expectedShares(own, i, j);
        left += shares[0]!;
        decisive += shares[0]! + shares[1]!;
      }
    }
    const truth = left / decisive - 0.5;
    const studies = 300;
    let held = 0;
    for (let seed = 1; seed <= studies; seed++) {
      const { low, high } = sideBias(simulateVotes(own, seed), 0.95);
      if (low! <= truth && truth <= high!) held++;
    }
    // 95% - 2.6 standard errors, and short of all.
    expect(held / studies).toBeGreaterThan(0.917);
    expect(held / studies).toBeLessThan(0.99);
  });

  it("is the share of left for any kind of interval, and has an interval without repeats of a pair", () => {
    const votes = ["left", "left", "left", "right"].map((winner, i) => ({
      caption: `c${i}`,
      rater: `r${i % 2}`,
      left: `arm ${i}`,
      right: `arm ${i + 1}`,
      winner: winner as "left" | "right",
    }));
    const { value, low, high } = sideBias(votesToTable(votes), 0.95);
    expect(value).toBe(0.25);
    expect(low!).toBeLessThan(0.1);
    expect(high!).toBeGreaterThan(0.4);
    const only = votesToTable(
      votes.map((vote) => ({ ...vote, left: "a", right: "b", winner: "left" as const })),
    );
    expect(sideBias(only, 0.95)).toMatchObject({ value: 0.5, high: 0.5 });
    expect(sideBias(only, 0.95).low!).toBeLessThan(0.1);
  });
});
