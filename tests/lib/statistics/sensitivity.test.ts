/** The sensitivity of a result to "neither", to single raters and to exclusions. */
import { describe, expect, it } from "vitest";
import { computeStandings, type SensitiveAnswer, sensitivityOf } from "@/lib/questions/answer-statistics";
import { expectedNeitherShare, expectedWinRate } from "@/lib/statistics/expected-shares";
import { raterSets } from "@/lib/statistics/sensitivity";
import { type SimulatedStudy, simulateVotes } from "@/lib/statistics/simulate-study";
import { winners } from "@/lib/statistics/vote";
import type { VoteTable } from "@/lib/statistics/vote-table";

const arms = ["steady", "erratic"];
const byNobody = { isExcluded: false, isExcludedByCheck: false, isFlagged: false };

function answersOf(table: VoteTable, names: readonly string[] = arms): SensitiveAnswer[] {
  return Array.from({ length: table.voteCount }, (_, i) => ({
    type: "pair",
    caption: table.captions[table.caption[i]!]!,
    rater: table.raters[table.rater[i]!]!,
    shown: [names[table.left[i]!]!, names[table.right[i]!]!],
    winner: winners[table.outcome[i]!]!,
    ...byNobody,
  }));
}

/** Equal on average; the erratic arm's images are very good or very bad, and raters are strict. */
const strict: SimulatedStudy = {
  logStrength: [0, 0],
  captionEffect: [0.2, 2],
  raterEffect: 0.2,
  raterSideEffect: 0.1,
  leftAdvantage: 0,
  tieParameter: 0.3,
  bar: 2.2,
  raterBarEffect: 0.3,
  captions: 200,
  raters: 30,
  votesPerItem: 5,
};

function panelOf(answers: readonly SensitiveAnswer[], names = arms) {
  const sensitivity = sensitivityOf("pair", answers, { arms: names, raters: "not-excluded" })!;
  const row = (choice: string) => sensitivity.rows.find((one) => one.choice === choice)!;
  return { ...sensitivity, row };
}

describe("“neither” of strict raters about an erratic arm", () => {
  it("makes equal arms differ by more than 67% to 33%, although forced choices would be even", () => {
    expect(expectedWinRate({ ...strict, bar: null }, 1, 0)).toBeCloseTo(0.5, 6);
    expect(expectedWinRate(strict, 1, 0)).toBeGreaterThan(0.67);
    expect(expectedNeitherShare(strict, 1, 0)).toBeGreaterThan(0.6);
  });

  it("is shown to decide the result: the bounds for forced choices include an even split", () => {
    for (let seed = 1; seed <= 5; seed++) {
      const { pair, shown, row } = panelOf(answersOf(simulateVotes(strict, seed)));
      expect(pair).toEqual(["erratic", "steady"]);
      expect(shown).toMatchObject({ ahead: "erratic", changes: false });
      expect(shown.winRate!).toBeGreaterThan(0.6);
      expect(row("neither-left-out")).toMatchObject({ estimate: shown.estimate, changes: false });
      expect(Math.abs(row("neither-as-tie").winRate! - 0.5)).toBeLessThan(Math.abs(shown.winRate! - 0.5) / 2);
      const [worst, best] = [row("neither-to-second"), row("neither-to-first")];
      expect(worst).toMatchObject({ ahead: "steady", changes: true });
      expect(best).toMatchObject({ ahead: "erratic", changes: false });
      expect(worst.winRate!).toBeLessThan(0.5);
      expect(best.winRate!).toBeGreaterThan(0.5);
    }
  });

  it("holds the acceptability of both arms between what was said to fit and what was not said not to", () => {
    const { acceptability } = panelOf(answersOf(simulateVotes(strict, 1)));
    // An image of strength u fits with probability 1 / (1 + e^(bar - u)): 0.10 for the steady arm, 0.22 for the erratic one.
    for (const [arm, truth] of [
      ["steady", 0.105],
      ["erratic", 0.22],
    ] as const) {
      const { least, most, low, high } = acceptability.find((one) => one.arm === arm)!;
      expect(low!).toBeLessThan(least!);
      expect(high!).toBeGreaterThan(most!);
      expect(truth).toBeGreaterThan(low!);
      expect(truth).toBeLessThan(high!);
    }
  });

  it("as a failure of both is twice the win rate in which it is a tie, less one, with the interval of the win rate", () => {
    const votes = Array.from({ length: 61 }, (_, i): SensitiveAnswer => {
      const winner = i === 60 ? "both_bad" : "left";
      return { type: "pair", caption: `c${i % 20}`, rater: `r${i % 6}`, shown: arms, winner, ...byNobody };
    });
    const tied = votes.map((vote) => {
      return vote.type === "pair" && vote.winner === "both_bad" ? { ...vote, winner: "tie" as const } : vote;
    });
    const { winRate, low, high } = computeStandings("pair", tied, { arms, seed: 1 }).winMatrix[0]![1]!;
    const row = panelOf(votes).row("neither-as-failure");
    expect(row.estimate).toBeCloseTo(60 / 61, 9);
    expect(row.estimate).toBeCloseTo(2 * winRate! - 1, 9);
    expect(row.low).toBeCloseTo(2 * low! - 1, 9);
    expect(row.high).toBeCloseTo(2 * high! - 1, 9);
    expect(row.high!).toBeLessThanOrEqual(1);
  });

  it("changes nothing as a failure of both if a single answer is “neither”, however few answers the pair has", () => {
    const few: SimulatedStudy = {
      ...strict,
      bar: null,
      captionEffect: 0.3,
      captions: 24,
      raters: 24,
      votesPerItem: 5,
    };
    const three = ["real", "tuned", "original"];
    for (let seed = 1; seed <= 6; seed++) {
      const answers = answersOf(simulateVotes({ ...few, logStrength: [0.5, 0, -1.2] }, seed), three);
      answers[0] = { ...answers[0]!, winner: "both_bad" } as SensitiveAnswer;
      expect(panelOf(answers, three).row("neither-as-failure").changes).toBe(false);
    }
  });

  it("changes nothing if it is rare", () => {
    const rare = { ...strict, captionEffect: 0.3, logStrength: [0, 1], bar: -2 };
    const { rows, shown } = panelOf(answersOf(simulateVotes(rare, 1)));
    expect(shown.ahead).toBe("erratic");
    expect(rows.filter(({ changes }) => changes)).toEqual([]);
  });
});

describe("which raters count", () => {
  const study: SimulatedStudy = {
    ...strict,
    captionEffect: 0.3,
    bar: null,
    captions: 60,
    raters: 8,
    votesPerItem: 4,
  };

  it("shows all raters, planned exclusions, without flagged ones, and the single rater who matters most", () => {
    // Raters 1 and 2 always prefer the erratic arm; 1 is excluded by hand, 3 by a check, 2 flagged.
    const answers = answersOf(simulateVotes(study, 3)).map((answer): SensitiveAnswer => {
      const number = Number(answer.rater.slice(6));
      return {
        ...answer,
        ...(number <= 2 ? { winner: answer.shown[0] === "erratic" ? "left" : "right" } : {}),
        isExcluded: number === 1 || number === 3,
        isExcludedByCheck: number === 3,
        isFlagged: number === 2,
      } as SensitiveAnswer;
    });
    const { rows, row, shown } = panelOf(answers);
    const counts = (["all", "planned-exclusions", "not-excluded", "not-flagged"] as const).map(
      (choice) => row(choice).raters,
    );
    expect(counts).toEqual([8, 7, 6, 5]);
    expect(row("not-excluded").estimate).toBe(shown.estimate);
    const [first] = panelOf(answers).pair;
    const extreme = first === "erratic" ? row("one-rater-out-lowest") : row("one-rater-out-highest");
    expect(extreme.without).toBe("rater 2");
    // Without rater 2 it is the result without the flagged one.
    expect(extreme.estimate).toBeCloseTo(row("not-flagged").estimate!, 6);
    const estimates = [...new Set(answers.filter(raterSets["not-excluded"]).map(({ rater }) => rater))].map(
      (without) =>
        panelOf(answers.filter(({ rater }) => rater !== without)).row("not-excluded").estimate! *
        (panelOf(answers.filter(({ rater }) => rater !== without)).pair[0] === first ? 1 : -1),
    );
    expect(row("one-rater-out-lowest").estimate).toBeCloseTo(Math.min(...estimates), 6);
    expect(row("one-rater-out-highest").estimate).toBeCloseTo(Math.max(...estimates), 6);
    expect(rows.some(({ choice }) => choice.startsWith("neither"))).toBe(false);
  });

  it("keeps to the primary pair, however far the leader is ahead", () => {
    const three = ["real", "original", "tuned"];
    const answers = answersOf(
      simulateVotes({ ...study, logStrength: [3, 0, 0.8], captionEffect: 0.3 }, 1),
      three,
    );
    const options = { arms: three, raters: "not-excluded" } as const;
    const primary = sensitivityOf("pair", answers, { ...options, primaryPair: ["original", "tuned"] })!;
    expect(primary).toMatchObject({ pair: ["tuned", "original"], isPrimary: true, comparisons: 3 });
    const leading = sensitivityOf("pair", answers, options)!;
    expect(leading).toMatchObject({ pair: ["real", "tuned"], isPrimary: false });
  });

  it("has the rows that make sense for scores and rankings, and none for a study without comparisons", () => {
    const scores = answersOf(simulateVotes(study, 2)).flatMap((answer): SensitiveAnswer[] =>
      answer.shown.map((arm, place) => ({
        type: "likert",
        caption: answer.caption,
        rater: answer.rater,
        shown: [arm],
        score: answer.type === "pair" && answer.winner === (place === 0 ? "left" : "right") ? 4 : 3,
        ...byNobody,
      })),
    );
    const likert = sensitivityOf("likert", scores, { arms, raters: "all" })!;
    const choices = likert.rows.map(({ choice }) => choice);
    expect(choices).toContain("ordered-scores");
    expect(choices).toContain("one-rater-out-lowest");
    const ordered = likert.rows.find(({ choice }) => choice === "ordered-scores")!;
    expect(Math.sign(ordered.estimate!)).toBe(Math.sign(likert.shown.estimate!));
    const rankings = Array.from(
      { length: 40 },
      (_, i): SensitiveAnswer => ({
        type: "ranking",
        caption: `c${i % 10}`,
        rater: `r${i % 7}`,
        shown: i % 2 === 0 ? ["a", "b", "c"] : ["c", "b", "a"],
        order: i % 3 === 0 ? ["b", "a", "c"] : ["a", "b", "c"],
        ...byNobody,
      }),
    );
    const ranking = sensitivityOf("ranking", rankings, { arms: ["a", "b", "c"], raters: "all" })!;
    expect(ranking.rows.find(({ choice }) => choice === "as-pairs")!.estimate).toBeGreaterThan(0);
    expect(sensitivityOf("pair", [], { arms, raters: "all" })).toBeNull();
  });
});

it("“neither” as failure is no more certain than three raters who differ", () => {
  // Won, lost and "neither" out of twenty captions: shares of 0.2, 0.5 and 0.6, of mean 0.43 and standard error 0.12.
  const raters = [
    [8, 4],
    [12, 2],
    [14, 2],
  ] as const;
  const answers = raters.flatMap(([won, lost], rater) =>
    Array.from({ length: 20 }, (_, caption): SensitiveAnswer => {
      const place = (7 * caption + 6 * rater) % 20;
      const winner = place < won ? "left" : place < won + lost ? "right" : "both_bad";
      return {
        ...{ type: "pair", caption: `c${caption}`, rater: `r${rater}`, shown: ["a", "b"], winner },
        ...{ isExcluded: false, isExcludedByCheck: false, isFlagged: false },
      };
    }),
  );
  const panel = sensitivityOf("pair", answers, { arms: ["a", "b"], raters: "not-excluded" })!;
  const row = panel.rows.find(({ choice }) => choice === "neither-as-failure")!;
  expect(row.estimate).toBeCloseTo(13 / 30, 12);
  // Student's t of two degrees reaches 4.3 standard errors; with four it would reach 2.8.
  expect(row.low!).toBeLessThan(0);
  expect(row.ahead).toBeNull();
});
