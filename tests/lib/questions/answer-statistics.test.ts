/** The leaderboard of scores, rankings and best-worst answers, compared with results that are obvious from the answers. */
import { describe, expect, it } from "vitest";
import { computeStandings, impliedVotes } from "@/lib/questions/answer-statistics";
import type { ArmAnswer } from "@/lib/questions/question-types";
import { meanElo } from "@/lib/statistics/elo";
import { fitPlackettLuce } from "@/lib/statistics/plackett-luce";
import { createRandom } from "@/lib/statistics/random";
import type { Winner } from "@/lib/statistics/vote";

const arms = ["original", "tuned", "real"];
const options = { arms, seed: 1, replicates: 200 };

/** 8 raters × 8 captions; one in four answers puts `tuned` over `real`. */
function everybody(answer: (flip: boolean) => DistributedOmit): ArmAnswer[] {
  return Array.from({ length: 64 }, (_, i) => ({
    caption: `caption ${i % 8}`,
    rater: `rater ${Math.floor(i / 8)}`,
    ...answer((i + Math.floor(i / 8)) % 4 === 0),
  }));
}
type DistributedOmit = ArmAnswer extends infer One
  ? One extends ArmAnswer
    ? Omit<One, "caption" | "rater">
    : never
  : never;

const rankings = everybody((flip) => ({
  type: "ranking",
  shown: ["real", "original", "tuned"],
  order: flip ? ["tuned", "real", "original"] : ["real", "tuned", "original"],
}));

describe("computeStandings", () => {
  it("ranks rankings on the Elo scale, with the differences of Plackett and Luce's model and mean 1000", () => {
    const flipping = rankings.map(
      (ranking, i): ArmAnswer =>
        ranking.type === "ranking" && i % 5 === 0
          ? { ...ranking, order: ["original", ...ranking.order.slice(0, 2)] }
          : ranking,
    );
    const { rows, model, ratingScale } = computeStandings("ranking", flipping, options);
    expect([model, ratingScale]).toEqual(["plackett-luce", "elo"]);
    expect(rows.map(({ arm }) => arm)).toEqual(["real", "tuned", "original"]);
    expect(rows.reduce((sum, { rating }) => sum + rating!, 0) / 3).toBeCloseTo(meanElo, 6);
    const fit = fitPlackettLuce(
      flipping.flatMap((answer) => (answer.type === "ranking" ? [answer] : [])),
      arms,
    );
    const { values } = fit.estimates;
    const apart = (values[arms.indexOf("real")]! - values[arms.indexOf("original")]!) * (400 / Math.LN10);
    expect(rows[0]!.rating! - rows[2]!.rating!).toBeCloseTo(apart, 6);
    for (const { rating, rating_q025, rating_q975 } of rows) {
      expect(rating_q025!).toBeLessThan(rating!);
      expect(rating_q975!).toBeGreaterThan(rating!);
    }
  });

  it("gives scores their mean, with an interval, agreement by rank and the odds of a higher score", () => {
    const scores = arms.flatMap((arm, index) =>
      everybody((flip) => ({ type: "likert", shown: [arm], score: flip ? index + 1 : index + 2 })),
    );
    const board = computeStandings("likert", scores, options);
    expect(board.ratingScale).toBe("score");
    expect(board.rows.map(({ arm, rating }) => [arm, rating])).toEqual([
      ["real", 3.75],
      ["tuned", 2.75],
      ["original", 1.75],
    ]);
    expect(board.rows[0]).toMatchObject({
      num_battles: 64,
      n_raters: 8,
      n_captions: 8,
      wins: 128,
      losses: 0,
    });
    expect(board.cumulativeLink!.strengths.map(({ arm }) => arm)).toEqual(arms);
    expect(board.krippendorffAlpha.value!).toBeGreaterThan(0.5);
    expect(board.sideBias.value).toBeNull();
  });

  it("ranks best-worst answers and says when strengths have no finite estimate", () => {
    const answers = everybody((flip) => ({
      type: "best-worst",
      shown: arms,
      best: flip ? "tuned" : "real",
      worst: "original",
    }));
    const { rows, warnings } = computeStandings("best-worst", answers, options);
    expect(rows.map(({ arm }) => arm)).toEqual(["real", "tuned", "original"]);
    expect(warnings.join()).toMatch(/^"original" lost every comparison\. .*weak penalty/);
  });

  it("measures the share of the way for rankings too", () => {
    const way = { from: "original", to: "real" };
    const { shareOfTheWay, rows } = computeStandings("ranking", rankings, { ...options, way });
    const rating = new Map(rows.map((row) => [row.arm, row.rating!]));
    const [original, tuned, real] = ["original", "tuned", "real"].map((arm) => rating.get(arm)!);
    expect(shareOfTheWay[0]!.value).toBeCloseTo((tuned! - original!) / (real! - original!), 9);
    expect(shareOfTheWay[0]!.low).toBeLessThan(shareOfTheWay[0]!.value!);
  });

  it("gives an unbounded share of a gap whose ends are not separated, and says so", () => {
    const scores = arms.flatMap((arm) =>
      everybody((flip) => ({ type: "likert", shown: [arm], score: flip ? 2 : 4 })),
    );
    const board = computeStandings("likert", scores, { ...options, way: { from: "original", to: "real" } });
    expect(board.shareOfTheWay).toMatchObject([{ arm: "tuned", low: null, high: null }]);
    expect(board.warnings.join()).toContain("are not separated");
  });

  it("gives α of scores by rank and by distance", () => {
    const scores = arms.flatMap((arm, index) =>
      everybody((flip) => ({ type: "likert", shown: [arm], score: flip ? index + 1 : index + 2 })),
    );
    const { krippendorffAlpha, intervalAgreement, agreementLevel } = computeStandings(
      "likert",
      scores,
      options,
    );
    expect(agreementLevel).toBe("ordinal");
    expect(intervalAgreement!.value!).toBeGreaterThan(0.4);
    expect(intervalAgreement!.value).not.toBe(krippendorffAlpha.value);
    expect(computeStandings("ranking", rankings, options).intervalAgreement).toBeNull();
  });

  it("has a row without a rating for every arm of a study without answers", () => {
    for (const type of ["pair", "likert", "ranking", "best-worst"] as const) {
      const { rows, voteCount } = computeStandings(type, [], options);
      expect(rows.map(({ rating }) => rating)).toEqual([null, null, null]);
      expect(voteCount).toBe(0);
    }
  });
});

describe("impliedVotes", () => {
  it("compares all arms of a ranking, with sides as on the screen", () => {
    expect(
      impliedVotes(rankings.slice(1, 2)).map(({ left, right, winner }) => [left, right, winner]),
    ).toEqual([
      ["real", "original", "left"],
      ["real", "tuned", "left"],
      ["original", "tuned", "right"],
    ]);
  });

  it("says nothing about arms between best and worst", () => {
    const answer: ArmAnswer = {
      caption: "c",
      rater: "r",
      type: "best-worst",
      shown: ["a", "b", "c", "d"],
      best: "d",
      worst: "a",
    };
    const votes = impliedVotes([answer]).map(({ left, right, winner }) => `${left}${right} ${winner}`);
    expect(votes).toEqual(["ab right", "ac right", "ad right", "bd right", "cd right"]);
  });

  it("compares scores of one rater for one caption only", () => {
    const score = (rater: string, arm: string, value: number): ArmAnswer => ({
      caption: "c",
      rater,
      type: "likert",
      shown: [arm],
      score: value,
    });
    expect(impliedVotes([score("r", "a", 3), score("s", "b", 1), score("r", "b", 3)])).toEqual([
      { caption: "c", rater: "r", left: "a", right: "b", winner: "tie" },
    ]);
  });
});

describe("studies with little information", () => {
  const pairs = (count: number, winnerOf: (i: number) => Winner): ArmAnswer[] =>
    Array.from({ length: count }, (_, i) => ({
      type: "pair",
      caption: `c${i % 8}`,
      rater: `r${i % 6}`,
      shown: i % 2 === 0 ? ["a", "b"] : ["b", "a"],
      winner: winnerOf(i),
    }));
  const of = (answers: readonly ArmAnswer[]) =>
    computeStandings(answers[0]!.type, answers, { arms: ["a", "b"], seed: 1 });

  it("do not treat ties as a left/right bias", () => {
    expect(of(pairs(24, () => "tie")).warnings).toEqual([
      expect.stringMatching(/^All comparisons are ties\./),
    ]);
  });

  it("say why there are no ratings if every answer is “neither”", () => {
    expect(of(pairs(24, () => "both_bad")).warnings).toEqual([
      expect.stringContaining("Every answer is “neither”"),
    ]);
  });

  it("do not call an order certain that depends on one vote", () => {
    const { warnings, differences } = of(pairs(1, () => "left"));
    expect(differences[0]!.isSeparated).toBe(false);
    expect(warnings.join(" ")).not.toContain("order is sure");
  });

  it("of one caption and one rater vary from answer to answer", () => {
    const scores = [1, 2, 3, 4, 5, 1, 2, 3, 4, 5].flatMap((score) =>
      ["a", "b"].map((arm): ArmAnswer => {
        return {
          type: "likert",
          caption: "c",
          rater: "r",
          shown: [arm],
          score: arm === "a" ? score : 6 - score,
        };
      }),
    );
    const { differences, cumulativeLink } = of(scores);
    // Two means of ten, of scores with a variance of 2: √(2 · 2 / 9), times Student's t with nine degrees.
    const reach = 2.262 * Math.sqrt(4 / 9);
    expect(differences[0]!.high! / reach).toBeCloseTo(1, 1);
    expect(cumulativeLink!.strengths[1]!.high).toBeGreaterThan(0.5);
  });

  it("give equal scores an interval with a positive width", () => {
    const { rows } = of([{ type: "likert", caption: "c", rater: "r", shown: ["a"], score: 3 }]);
    expect(rows[0]!.rating_q975! - rows[0]!.rating_q025!).toBeGreaterThan(1);
  });

  it("separate equal arms in at most 5% if two or three raters scored one caption, or one rater a few", () => {
    const random = createRandom(5);
    for (const [raters, captions] of [
      [2, 1],
      [3, 1],
      [1, 3],
    ] as const) {
      let toldApart = 0;
      for (let study = 0; study < 400; study++) {
        const scores = Array.from({ length: raters * captions * 2 }, (_, i): ArmAnswer => {
          const [rater, caption] = [(i >> 1) % raters, Math.floor((i >> 1) / raters)];
          const shown = [i % 2 === 0 ? "a" : "b"];
          return {
            type: "likert",
            caption: `c${caption}`,
            rater: `r${rater}`,
            shown,
            score: 1 + random.nextInt(3),
          };
        });
        if (of(scores).differences[0]!.isSeparated) toldApart++;
      }
      // 5%, and two standard errors of 400 studies.
      expect(toldApart / 400, `${raters} raters, ${captions} captions`).toBeLessThan(0.072);
    }
  });

  it("mention a few raters with most of the answers only if there are some", () => {
    const even = pairs(30, (i) => (i % 3 === 0 ? "left" : "right")).map((answer, i) => {
      return { ...answer, rater: `r${i % 29 === 0 ? 0 : i % 5}` };
    });
    expect(of(even).warnings.filter((text) => text.includes("most of the answers"))).toEqual([]);
    const uneven = even.map((answer, i) => ({ ...answer, rater: i < 5 ? `r${i}` : "r0" }));
    expect(of(uneven).warnings.filter((text) => text.includes("most of the answers"))).toHaveLength(1);
  });
});
