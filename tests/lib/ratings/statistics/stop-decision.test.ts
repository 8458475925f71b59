/** Looking again and again: false alarms stay rare, true differences are found early. */
import { describe, expect, it } from "vitest";
import { type SimulatedStudy, simulateVotes } from "@/lib/ratings/statistics/simulate-study";
import { decideStop } from "@/lib/ratings/statistics/stop-decision";
import { winners } from "@/lib/ratings/statistics/vote";
import { type VoteTable, votesToTable } from "@/lib/ratings/statistics/vote-table";

const rule = { tightestAtVotes: 300, coverage: 0.95 };

/** Ever stopped, when looked at after every 30 votes of at most 600. */
function stoppedAt(strength: number, seed: number): number | null {
  const study: SimulatedStudy = {
    logStrength: [0, strength],
    captions: 100,
    raters: 20,
    votesPerItem: 6,
    captionEffect: 0.5,
    raterEffect: 0.1,
    raterSideEffect: 0.2,
    leftAdvantage: 0.1,
    tieParameter: 0.5,
  };
  const table = simulateVotes(study, seed);
  for (let votes = 30; votes <= table.voteCount; votes += 30) {
    if (decideStop(firstVotes(table, votes), [[0, 1]], rule).stop) return votes;
  }
  return null;
}

/** The first votes of a table, with those captions and raters alone that have voted. */
function firstVotes(table: VoteTable, count: number): VoteTable {
  const votes = Array.from({ length: count }, (_, i) => ({
    caption: table.captions[table.caption[i]!]!,
    rater: table.raters[table.rater[i]!]!,
    left: table.arms[table.left[i]!]!,
    right: table.arms[table.right[i]!]!,
    winner: winners[table.outcome[i]!]!,
  }));
  return votesToTable(votes, table.arms);
}

describe("decideStop", () => {
  it("stops without a difference in at most 5% of studies, and mostly early with a clear one", () => {
    const seeds = Array.from({ length: 60 }, (_, index) => 1000 + index);
    const falseAlarms = seeds.filter((seed) => stoppedAt(0, seed) !== null).length;
    // 7 or more of 60 would come by chance in 1 of 25 cases if the rate were 5%.
    expect(falseAlarms).toBeLessThan(7);
    const found = seeds.slice(0, 20).map((seed) => stoppedAt(1.5, seed));
    expect(found.filter((votes) => votes !== null && votes < 600).length).toBeGreaterThanOrEqual(18);
  });

  it("never stops on a handful of votes, however clear they are", () => {
    const table = simulateVotes(
      {
        logStrength: [0, 9],
        captions: 4,
        raters: 10,
        votesPerItem: 10,
        captionEffect: 0,
        raterEffect: 0,
        raterSideEffect: 0,
        leftAdvantage: 0,
        tieParameter: 0.1,
      },
      1,
    );
    expect(decideStop(table, [[0, 1]], rule)).toEqual({ stop: false, votes: 40, differences: [] });
  });
});
