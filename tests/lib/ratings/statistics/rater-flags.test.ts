import { describe, expect, test } from "vitest";
import { createRandom } from "@/lib/ratings/statistics/random";
import { flagRaters, signTestP, type TimedAnswer } from "@/lib/ratings/statistics/rater-flags";
import { type Winner, winners } from "@/lib/ratings/statistics/vote";

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
  test("leave honest raters alone", () => {
    const many = Array.from({ length: 200 }, (_, i) => honest(`r${i}`, 50, 3000)).flat();
    // Each of two tests flags one honest rater in a hundred studies.
    expect(flagRaters(many).filter(({ flags }) => flags.length > 0)).toEqual([]);
  });

  test("name who answers in a fraction of the usual time, and who cannot have looked", () => {
    expect(reportOf(honest("x", 30, 900)).flags).toEqual(["fast"]);
    const hasty = flagRaters(["a", "b", "x"].flatMap((rater) => honest(rater, 30, 250)));
    expect(hasty.map(({ flags }) => flags)).toEqual([["fast"], ["fast"], ["fast"]]);
  });

  test("say nothing about speed where no times are known", () => {
    const report = reportOf(constant("x", ["left", "right", "tie", "left", "right", "right"]));
    expect(report).toMatchObject({ medianLatencyMs: null, flags: [] });
  });

  test("name who always takes one side, and who gives one answer over and over", () => {
    expect(reportOf(constant("x", new Array(30).fill("left"), 4000))).toMatchObject({
      leftShare: 1,
      longestRun: 30,
      flags: ["one-sided", "straight-lining"],
    });
    expect(reportOf(constant("x", new Array(30).fill("tie"), 4000)).flags).toEqual(["straight-lining"]);
    const interrupted = Array.from({ length: 60 }, (_, i): Winner => (i % 4 === 3 ? "tie" : "right"));
    expect(reportOf(constant("x", interrupted, 4000)).flags).toEqual(["one-sided"]);
  });

  test("do not name a slight leaning, however many answers prove it", () => {
    const leaning = Array.from({ length: 5000 }, (_, i): Winner => (i % 5 < 3 ? "left" : "right"));
    expect(reportOf(constant("x", leaning, 4000)).flags).toEqual([]);
  });
});

test("the sign test gives the two-sided binomial probability", () => {
  expect(signTestP(0, 5)).toBeCloseTo(2 / 32, 12);
  expect(signTestP(8, 10)).toBeCloseTo((2 * (1 + 10 + 45)) / 1024, 12);
  expect(signTestP(5, 10)).toBe(1);
  expect(signTestP(0, 0)).toBe(1);
  expect(signTestP(450, 1000)).toBeCloseTo(0.00173, 5);
});
