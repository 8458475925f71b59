/** Repeated looks: false alarms stay rare, true differences are found early. */
import { describe, expect, it } from "vitest";
import { type SimulatedStudy, simulateVotes } from "@/lib/statistics/simulate-study";
import { decideStop } from "@/lib/statistics/stop-decision";
import { winners } from "@/lib/statistics/vote";
import { type VoteTable, votesToTable } from "@/lib/statistics/vote-table";

const rule = { tightestAtVotes: 300, coverage: 0.95 };

/** Ever stopped, when looked at after every 30 votes of at most 600. */
function stoppedAt(strength: number, seed: number, answers: Partial<SimulatedStudy> = {}): number | null {
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
    ...answers,
  };
  const table = simulateVotes(study, seed);
  for (let votes = 30; votes <= table.voteCount; votes += 30) {
    if (decideStop(firstVotes(table, votes), [[0, 1]], rule).stop) return votes;
  }
  return null;
}

const clear: SimulatedStudy = {
  logStrength: [0, 1.5],
  captions: 40,
  raters: 12,
  votesPerItem: 4,
  captionEffect: 0.5,
  raterEffect: 0.1,
  raterSideEffect: 0.2,
  leftAdvantage: 0.1,
  tieParameter: 0.5,
};

function votesOf(table: VoteTable) {
  const votes = Array.from({ length: table.voteCount }, (_, i) => ({
    caption: table.captions[table.caption[i]!]!,
    rater: table.raters[table.rater[i]!]!,
    left: table.arms[table.left[i]!]!,
    right: table.arms[table.right[i]!]!,
    winner: winners[table.outcome[i]!]!,
  }));
  return { votes, arms: table.arms };
}

/** The first votes of a table, with those captions and raters alone that have voted. */
function firstVotes(table: VoteTable, count: number): VoteTable {
  const { votes, arms } = votesOf(table);
  return votesToTable(votes.slice(0, count), arms);
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

  it("never stops after a handful of votes, however clear they are", () => {
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
    expect(decideStop(table, [[0, 1]], rule)).toEqual({
      stop: false,
      votes: 40,
      neither: 0,
      differences: [],
    });
  });

  it("does not count “neither” as a vote, and continues with the others", () => {
    const { votes, arms } = votesOf(simulateVotes(clear, 3));
    const withNeither = [...votes, { ...votes[0]!, rater: "strict", winner: "both_bad" as const }];
    const plain = decideStop(votesToTable(votes, arms), [[0, 1]], rule);
    const decision = decideStop(votesToTable(withNeither, arms), [[0, 1]], rule);
    expect(decision).toEqual({ ...plain, neither: 1 });
    expect(decision.stop).toBe(true);
    for (const { difference, low, high } of decision.differences) {
      expect([difference, low, high].every(Number.isFinite)).toBe(true);
    }
  });

  it("keeps its error rate if a third of the answers are ties and a third “neither”", () => {
    const answers = { tieParameter: 2, bar: 0.6, raterBarEffect: 0.5 };
    const seeds = Array.from({ length: 40 }, (_, index) => 5000 + index);
    expect(seeds.filter((seed) => stoppedAt(0, seed, answers) !== null).length).toBeLessThan(6);
    expect(
      seeds.slice(0, 15).filter((seed) => stoppedAt(1.8, seed, answers) !== null).length,
    ).toBeGreaterThan(12);
  });

  it("does not treat unanimous votes as certainty", () => {
    const table = simulateVotes({ ...clear, logStrength: [0, 30], captionEffect: 0, raterEffect: 0 }, 1);
    const [difference] = decideStop(table, [[0, 1]], rule).differences;
    expect(difference!.high - difference!.low).toBeGreaterThan(1);
  });
});
