import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { impliedVotes } from "@/lib/questions/answer-statistics";
import { createRandom, type Random } from "@/lib/statistics/random";
import { flagRaters, type TimedAnswer } from "@/lib/statistics/rater-flags";
import { type Winner, winners } from "@/lib/statistics/vote";
import { sharedPath } from "@/tests/shared";

const random = createRandom(8);
const honest = (rater: string, count: number, latencyMs: number): TimedAnswer[] =>
  Array.from({ length: count }, () => ({
    rater,
    winner: winners[Math.min(random.nextInt(9) >> 1, 3)]!,
    latencyMs: latencyMs * (0.5 + random.nextUniform()),
  }));
const constant = (rater: string, answers: Winner[], latencyMs?: number): TimedAnswer[] =>
  answers.map((winner) => ({ rater, winner, ...(latencyMs === undefined ? {} : { latencyMs }) }));
const others = ["a", "b", "c", "d"].flatMap((rater) => honest(rater, 60, 4000));
const reportOf = (answers: TimedAnswer[]) => flagRaters([...others, ...answers]).at(-1)!;

describe("flags", () => {
  test("do not name careful raters", () => {
    const many = Array.from({ length: 200 }, (_, i) => honest(`r${i}`, 50, 3000)).flat();
    // Each of the tests flags one honest rater in a hundred studies.
    expect(flagRaters(many).filter(({ flags }) => flags.length > 0)).toEqual([]);
  });

  test("name raters who answer in a fraction of the usual time, or too fast to have looked", () => {
    expect(reportOf(honest("x", 30, 900)).flags).toEqual(["fast"]);
    const hasty = flagRaters(["a", "b", "x"].flatMap((rater) => honest(rater, 30, 250)));
    expect(hasty.map(({ flags }) => flags)).toEqual([["fast"], ["fast"], ["fast"]]);
  });

  test("name several hasty raters, who do not mask one another", () => {
    const many = Array.from({ length: 17 }, (_, i) => honest(`r${i}`, 40, 2500 + 200 * i));
    const hasty = ["x", "y", "z"].map((rater) => honest(rater, 40, 500));
    const fast = flagRaters([...many, ...hasty].flat()).filter(({ flags }) => flags.includes("fast"));
    expect(fast.map(({ rater }) => rater)).toEqual(["x", "y", "z"]);
  });

  test("do not judge speed if no times are known", () => {
    const report = reportOf(constant("x", ["left", "right", "tie", "left", "right", "right"]));
    expect(report).toMatchObject({ medianLatencyMs: null, flags: [] });
  });

  test("name raters who always choose one side, or give the same answer over and over", () => {
    expect(reportOf(constant("x", new Array(30).fill("left"), 4000))).toMatchObject({
      leftShare: 1,
      longestRun: 30,
      flags: ["one-sided", "straight-lining"],
    });
    expect(reportOf(constant("x", new Array(30).fill("tie"), 4000)).flags).toEqual(["straight-lining"]);
    const interrupted = Array.from({ length: 60 }, (_, i): Winner => (i % 4 === 3 ? "tie" : "right"));
    expect(reportOf(constant("x", interrupted, 4000)).flags).toEqual(["one-sided"]);
  });

  test("name a rater who chooses one side in only 18 answers, in a study of five", () => {
    const few = new Array<Winner>(18).fill("right");
    expect(reportOf(constant("x", few, 4000)).flags).toContain("one-sided");
    expect(reportOf(constant("x", [...few.slice(0, 9), "left"], 4000)).flags).toEqual([]);
  });

  test("name a rater who always chooses one side if sides are random, for any number of arms", () => {
    const sides = createRandom(4);
    for (const arms of [2, 3, 12]) {
      let found = 0;
      for (let study = 0; study < 200; study++) {
        const answers = ["a", "b", "x"].flatMap((rater) =>
          Array.from({ length: 40 }, (_, caption): TimedAnswer => {
            const first = sides.nextInt(arms);
            const second = (first + 1 + sides.nextInt(arms - 1)) % arms;
            const winner = rater === "x" || sides.nextInt(2) === 0 ? "left" : "right";
            return { rater, caption: `${caption}`, shown: [`arm ${first}`, `arm ${second}`], winner };
          }),
        );
        if (flagRaters(answers)[2]!.flags.includes("one-sided")) found++;
      }
      // Sides look unbalanced in one of a thousand studies.
      expect(found).toBeGreaterThanOrEqual(197);
    }
  });

  test("name a rater who stops looking halfway, and nobody whose answers are sorted by arm", () => {
    const careful = honest("x", 30, 4000).map(({ winner }) => winner as Winner);
    const report = reportOf(constant("x", [...careful, ...new Array<Winner>(25).fill("both_bad")], 4000));
    expect(report.flags).toEqual(["straight-lining"]);
    // All answers to an arm that is good, then all to one that is bad, as in a file sorted by model.
    const sorted = ["good", "bad"].flatMap((arm) =>
      Array.from({ length: 60 }, (_, caption) => ({
        rater: "x",
        caption: `caption ${caption}`,
        shown: [arm],
        winner: arm === "good" ? `score ${caption % 9 === 0 ? 4 : 5}` : `score ${caption % 9 === 0 ? 2 : 1}`,
      })),
    );
    expect(flagRaters(sorted).map(({ flags }) => flags)).toEqual([[]]);
  });

  test("do not name a slight left/right bias, however significant", () => {
    const leaning = Array.from({ length: 5000 }, (_, i): Winner => (i % 5 < 3 ? "left" : "right"));
    expect(reportOf(constant("x", leaning, 4000)).flags).toEqual([]);
  });

  test("call nobody one-sided if the better arm is always on the same side", () => {
    const answers = ["a", "b", "c"].flatMap((rater) =>
      Array.from({ length: 40 }, (_, i) => ({
        rater,
        caption: `caption ${i}`,
        shown: ["real", "original"],
        winner: i % 9 === 0 ? "right" : i % 13 === 0 ? "tie" : "left",
      })),
    );
    expect(flagRaters(answers).flatMap(({ flags }) => flags)).toEqual([]);
  });
});

/**
 * A study of careful raters who differ: tie shares by the logistic of N(-1, 1), medians of times by exp N(log 4000, 0.4),
 * a liking for the left side of N(0, 0.4). Captions differ in how far apart the images are, and come `perCaption` times.
 */
function carefulStudy(raters: number, answers: number, perCaption: number, from: Random): TimedAnswer[] {
  const logistic = (x: number) => 1 / (1 + Math.exp(-x));
  const easy = Array.from({ length: answers / perCaption }, () => from.nextNormal());
  return Array.from({ length: raters }, (_, rater) => {
    const ties = -1 + from.nextNormal();
    const usualMs = 4000 * Math.exp(0.4 * from.nextNormal());
    const side = 0.4 * from.nextNormal();
    return Array.from({ length: answers }, (_, i): TimedAnswer => {
      const caption = Math.floor(i / perCaption);
      const better = (from.nextInt(2) === 0 ? 1 : -1) * (1 + easy[caption]!);
      const isTie = from.nextUniform() < logistic(ties - easy[caption]!);
      return {
        rater: `r${rater}`,
        caption: `caption ${caption}`,
        winner: isTie ? "tie" : from.nextUniform() < logistic(better + side) ? "left" : "right",
        latencyMs: usualMs * Math.exp(0.5 * from.nextNormal()),
      };
    });
  }).flat();
}

test("flag careful raters who differ in ties, speed and sides in at most one study of a hundred, for each test", () => {
  const from = createRandom(31);
  const flaggedStudies = { fast: 0, "one-sided": 0, "straight-lining": 0 };
  const studies = 300;
  for (let study = 0; study < studies; study++) {
    const reports = flagRaters(carefulStudy(20, 40, study % 2 === 0 ? 1 : 4, from));
    for (const flag of new Set(reports.flatMap(({ flags }) => flags))) flaggedStudies[flag]++;
  }
  // Up to 7 of 300 are within three standard errors of one in a hundred.
  for (const count of Object.values(flaggedStudies)) expect(count).toBeLessThanOrEqual(7);
});

describe("published scores of five careful raters", () => {
  const path = sharedPath("ratings/dsg-tifa160.csv");
  const rows: Record<string, string>[] = path ? parse(readFileSync(path), { columns: true }) : [];
  const scores = rows.map(({ source_id, worker_id, model_type, answer }) => ({
    type: "likert" as const,
    caption: source_id!,
    rater: worker_id!,
    shown: [model_type!],
    score: Number(answer),
  }));
  const byModel = [...scores].sort((a, b) => (a.shown[0]! < b.shown[0]! ? -1 : 1));
  const toAnswers = (given: typeof scores): TimedAnswer[] =>
    given.map((each) => ({ ...each, winner: `score ${each.score}` }));
  const toPairs = (given: typeof scores): TimedAnswer[] =>
    impliedVotes(given).map((vote) => ({ ...vote, shown: [vote.left, vote.right] }));

  test.skipIf(path === null)(
    "flag nobody, as scores and as derived pairs, in the file's order and by model",
    () => {
      for (const answers of [toAnswers(scores), toAnswers(byModel), toPairs(scores), toPairs(byModel)]) {
        const reports = flagRaters(answers);
        expect(reports).toHaveLength(5);
        expect(reports.flatMap(({ flags }) => flags)).toEqual([]);
      }
    },
  );

  test.skipIf(path === null)("flag one among them who gives one answer", () => {
    const fives = scores.map((each) => (each.rater === "r3" ? { ...each, score: 5 } : each));
    for (const answers of [toAnswers(fives), toPairs(fives)]) {
      const flagged = flagRaters(answers).filter(({ flags }) => flags.includes("straight-lining"));
      expect(flagged.map(({ rater }) => rater)).toEqual(["r3"]);
    }
  });
});
