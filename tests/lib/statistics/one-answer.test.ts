/** Nearly one answer: judged by the other raters, in studies of any size. */
import { expect, it } from "vitest";
import type { PlacedAnswer } from "@/lib/statistics/answer-runs";
import { oneAnswerTest } from "@/lib/statistics/one-answer";

/** One letter for each answer, each to a caption of its own. */
const answersOf = (patterns: string): PlacedAnswer[] =>
  [...patterns].map((pattern, place) => ({ caption: `caption ${place}`, contest: "a b", pattern }));

const mixed = ["lrlrrllrlr", "rrllrlrlrl", "llrrlrlrll", "rlrlrlrlrr"].map((each) =>
  answersOf(each.repeat(3)),
);

it("tells a rater of one answer from others, by the others alone", () => {
  const isOneAnswer = oneAnswerTest([...mixed, answersOf("l".repeat(30))]);
  expect(mixed.map((_, rater) => isOneAnswer(rater, 0.05))).toEqual(mixed.map(() => false));
  expect(isOneAnswer(4, 0.05)).toBe(true);
  // Where everybody gives it, it says nothing of one of them.
  const isUnusual = oneAnswerTest(Array.from({ length: 12 }, () => answersOf("l".repeat(30))));
  expect(isUnusual(3, 0.05)).toBe(false);
});

it("judges raters with the same answers alike, whoever is asked about first", () => {
  const raters = [...mixed, answersOf("l".repeat(30)), answersOf("l".repeat(28)), answersOf("l".repeat(30))];
  const judge = (order: readonly number[]) => {
    const isOneAnswer = oneAnswerTest(raters);
    return new Map(
      order.map((rater) => [rater, [1e-2, 1e-4, 1e-6].map((level) => isOneAnswer(rater, level))]),
    );
  };
  const [forwards, backwards] = [judge([4, 5, 6]), judge([6, 5, 4])];
  expect(forwards.get(4)).toEqual(forwards.get(6));
  for (const rater of [4, 5, 6]) expect(forwards.get(rater)).toEqual(backwards.get(rater));
});

it("judges 20,000 of 60,000 raters without going through all others for each", () => {
  const patterns = ["llllll", "lrlrlr", "rlrrll"];
  const raters = Array.from({ length: 60_000 }, (_, rater) => answersOf(patterns[rater % 3]!));
  const isOneAnswer = oneAnswerTest(raters);
  const found = raters.filter((_, rater) => isOneAnswer(rater, 1e-7));
  expect(found).toEqual([]);
});
