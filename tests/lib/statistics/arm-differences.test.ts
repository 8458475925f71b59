/** The table of differences: its decisions, and the effect of an arm that always wins on the others. */
import { describe, expect, test } from "vitest";
import { computeStandings, impliedVotes } from "@/lib/questions/answer-statistics";
import type { ArmAnswer } from "@/lib/questions/question-types";
import { type ArmDifference, holmAdjusted } from "@/lib/statistics/arm-differences";
import { computeLeaderboard, tableToLeaderboard } from "@/lib/statistics/leaderboard";
import { createRandom } from "@/lib/statistics/random";
import { simulateVotes } from "@/lib/statistics/simulate-study";
import type { Vote, Winner } from "@/lib/statistics/vote";
import { readVotes } from "@/lib/votes/read/read-votes";
import { sharedPath } from "@/tests/shared";

const options = { replicates: 20 };

function between(differences: readonly ArmDifference[], one: string, other: string): ArmDifference {
  return differences.find(
    ({ first, second }) => [one, other].includes(first) && [one, other].includes(second),
  )!;
}

test("Holm's P values are those of R's p.adjust", () => {
  expect(holmAdjusted([0.01, 0.04, 0.03, 0.005])).toEqual(
    [0.03, 0.06, 0.06, 0.02].map((p) => expect.closeTo(p, 12)),
  );
  expect(holmAdjusted([0.6, 0.7])).toEqual([1, 1]);
});

const separatedArm = sharedPath("cases/votes/separated-arm.csv");

test.skipIf(!separatedArm)("an arm that wins everything leaves the others their own interval", async () => {
  const votes = impliedVotes((await readVotes(separatedArm!)).questions[0]!.answers);
  const { rows, differences, comparisonCount, warnings } = computeLeaderboard(votes, options);
  expect(rows.map(({ arm, rank_ub, rank_lb }) => [arm, rank_ub, rank_lb])).toEqual([
    ["real", 1, 1],
    ["fine-tuned", 2, 2],
    ["original", 3, 3],
  ]);
  expect(comparisonCount).toBe(3);
  expect(warnings).toEqual([expect.stringMatching(/^"real" won every comparison. /)]);
  const alone = computeLeaderboard(
    votes.filter(({ left, right }) => left !== "real" && right !== "real"),
    options,
  ).differences[0]!;
  const all = between(differences, "fine-tuned", "original");
  expect(Math.abs(all.low! - alone.low!)).toBeLessThan(5);
  expect(Math.abs(all.high! - alone.high!)).toBeLessThan(5);
  // Beside single ratings as well: only the separated arm's own interval is wide.
  const widths = rows.map(({ rating_q025, rating_q975 }) => rating_q975! - rating_q025!);
  expect(widths[0]).toBeGreaterThan(500);
  expect(widths[1]).toBeLessThan(150);
  expect(widths[2]).toBeLessThan(150);
});

describe("rankings, best-worst answers and scores with an arm that always wins", () => {
  const random = createRandom(3);
  const people = Array.from({ length: 240 }, (_, i) => ({
    caption: `c${i % 30}`,
    rater: `r${Math.floor(i / 24)}`,
  }));
  const isBetter = people.map(() => random.nextUniform() < 0.68);
  const arms = ["original", "tuned", "real"];
  const answers = {
    ranking: people.map((who, i): ArmAnswer => {
      const order = isBetter[i] ? ["real", "tuned", "original"] : ["real", "original", "tuned"];
      return { ...who, type: "ranking", shown: arms, order };
    }),
    "best-worst": people.map(
      (who, i): ArmAnswer => ({
        ...who,
        type: "best-worst",
        shown: arms,
        best: "real",
        worst: isBetter[i] ? "original" : "tuned",
      }),
    ),
    likert: people.flatMap((who, i): ArmAnswer[] => {
      const spread = 1 + Math.floor(3 * random.nextUniform());
      return [
        { ...who, type: "likert", shown: ["real"], score: 5 },
        { ...who, type: "likert", shown: ["tuned"], score: spread + Number(isBetter[i]) },
        { ...who, type: "likert", shown: ["original"], score: spread + Number(!isBetter[i]) },
      ];
    }),
  };

  test.each(["ranking", "best-worst", "likert"] as const)("%s: the other two are told apart", (type) => {
    const { rows, differences, warnings } = computeStandings(type, answers[type], {
      arms,
      seed: 1,
      replicates: 20,
    });
    expect(rows.map(({ arm, rank_ub, rank_lb }) => [arm, rank_ub, rank_lb])).toEqual([
      ["real", 1, 1],
      ["tuned", 2, 2],
      ["original", 3, 3],
    ]);
    const without = computeStandings(
      type,
      answers[type].flatMap((answer): ArmAnswer[] => {
        if (answer.type === "likert") return answer.shown[0] === "real" ? [] : [answer];
        if (answer.type === "ranking")
          return [{ ...answer, shown: arms.slice(0, 2), order: answer.order.slice(1) }];
        if (answer.type !== "best-worst") return [];
        const best = arms.slice(0, 2).find((arm) => arm !== answer.worst)!;
        return [{ ...answer, shown: arms.slice(0, 2), best }];
      }),
      { arms, seed: 1, replicates: 20 },
    );
    const [all, alone] = [differences, without.differences].map((each) => between(each, "tuned", "original"));
    // Of two arms the best decides the worst, so that the maximum difference model halves their difference.
    const scale = type === "best-worst" ? 2 : 1;
    expect(all!.low! / alone!.low! / scale).toBeCloseTo(1, 1);
    expect(all!.high! / alone!.high! / scale).toBeCloseTo(1, 1);
    const real = rows[0]!;
    expect(real.rating_q975! - real.rating_q025!).toBeGreaterThan(0);
    expect(warnings.join()).toMatch(type === "likert" ? /^"real" got 5 in each of 240/ : /^"real" won every/);
  });
});

describe("arms that were not compared", () => {
  const vote = (caption: string, rater: string, left: string, right: string, winner: Winner): Vote => {
    return { caption, rater, left, right, winner };
  };
  const people = Array.from({ length: 144 }, (_, i) => [`c${i % 12}`, `r${Math.floor(i / 12)}`] as const);

  test("an arm whose answers are all “neither” has no rating, no rank and no difference", () => {
    const { rows, differences, comparisonCount, warnings } = computeLeaderboard(
      people.flatMap(([caption, rater], i) => [
        i % 2 === 0
          ? vote(caption, rater, "a", "b", i % 4 === 0 ? "right" : "left")
          : vote(caption, rater, "b", "a", i % 7 === 0 ? "left" : "right"),
        vote(caption, rater, "n", "a", "both_bad"),
      ]),
      options,
    );
    expect(rows.at(-1)).toMatchObject({ arm: "n", rating: null, rank_ub: null, rank_lb: null });
    expect(comparisonCount).toBe(1);
    expect(between(differences, "n", "a")).toMatchObject({
      estimate: null,
      low: null,
      p: null,
      isSeparated: false,
    });
    expect(warnings).toEqual([expect.stringContaining('No answer prefers "n" to another arm')]);
  });

  test("groups that were never compared are ranked separately, without differences between them", () => {
    const { rows, differences, comparisonCount, warnings } = computeLeaderboard(
      people.flatMap(([caption, rater], i) => [
        i % 2 === 0
          ? vote(caption, rater, "a", "b", i % 9 === 0 ? "right" : "left")
          : vote(caption, rater, "b", "a", i % 9 === 0 ? "left" : "right"),
        i % 2 === 0
          ? vote(caption, rater, "c", "d", i % 9 === 1 ? "right" : "left")
          : vote(caption, rater, "d", "c", i % 9 === 1 ? "left" : "right"),
      ]),
      options,
    );
    expect(comparisonCount).toBe(2);
    for (const [one, other] of [
      ["a", "c"],
      ["a", "d"],
      ["b", "c"],
      ["b", "d"],
    ] as const) {
      expect(between(differences, one, other)).toMatchObject({
        estimate: null,
        pAdjusted: null,
        isSeparated: false,
      });
    }
    const ranks = new Map(rows.map(({ arm, rank_ub, rank_lb }) => [arm, [rank_ub, rank_lb]]));
    expect(ranks).toEqual(
      new Map([
        ["a", [1, 3]],
        ["c", [1, 3]],
        ["b", [2, 4]],
        ["d", [2, 4]],
      ]),
    );
    expect(warnings).toEqual([expect.stringContaining("a, b | c, d")]);
  });

  test("there is no warning about arms that won or lost everything if none did", () => {
    // Every arm wins and loses, but a and b never lose against c and d: no finite estimate all the same.
    const { warnings } = computeLeaderboard(
      people.flatMap(([caption, rater], i) => [
        vote(caption, rater, "a", "b", i % 2 === 0 ? "right" : "left"),
        vote(caption, rater, "c", "d", i % 2 === 0 ? "right" : "left"),
        vote(caption, rater, "a", "c", "left"),
        vote(caption, rater, "d", "b", "right"),
      ]),
      options,
    );
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /No arm of a later group ever won or tied against one of an earlier: a, b > c, d./,
    );
  });
});

test("marks the primary pair in either order, and treats it like the others", () => {
  const table = simulateVotes(study, 1);
  const given = tableToLeaderboard(table, { ...options, primaryPair: ["arm 3", "arm 2"] }).differences;
  expect(given.filter(({ isPrimary }) => isPrimary)).toEqual([
    expect.objectContaining({ first: "arm 3", second: "arm 2" }),
  ]);
  const none = tableToLeaderboard(table, options).differences;
  expect(given.map(({ isPrimary: _, ...rest }) => rest)).toEqual(
    none.map(({ isPrimary: _, ...rest }) => rest),
  );
});

const study = {
  logStrength: [0, 0.6, 1.7],
  leftAdvantage: 0.1,
  tieParameter: 0.7,
  captions: 30,
  raters: 3,
  votesPerItem: 3,
  captionEffect: 0.4,
  raterEffect: 0.8,
  raterSideEffect: 0.2,
};

test("rarely separates equal arms, with three raters of strong taste and with five arms", () => {
  let falseClaims = 0;
  const studies = 150;
  for (let seed = 0; seed < studies; seed++) {
    const few = simulateVotes({ ...study, logStrength: [0, 0, 0, 0, 0], captions: 12 }, seed);
    if (tableToLeaderboard(few, options).differences.some(({ isSeparated }) => isSeparated)) falseClaims++;
  }
  // 5% and 2.6 standard errors; unadjusted intervals of four degrees of freedom were wrong in half of the studies.
  expect(falseClaims / studies).toBeLessThan(0.097);
});
