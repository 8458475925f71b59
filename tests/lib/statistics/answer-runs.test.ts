/** Runs of one answer: bounds of their probability against all permutations, and verdicts in studies of any size. */
import { describe, expect, it } from "vitest";
import {
  boundChanceOfRun,
  exchangeableCaptions,
  isRunTooLong,
  longestRun,
  type PlacedAnswer,
} from "@/lib/statistics/answer-runs";

/** One letter for each answer; by default each has a caption of its own, and all the same contest. */
function answersOf(
  patterns: string,
  captionOf = (place: number) => `caption ${place}`,
  contestOf = (_place: number) => "a b",
): PlacedAnswer[] {
  return [...patterns].map((pattern, place) => ({
    caption: captionOf(place),
    contest: contestOf(place),
    pattern,
  }));
}

function boundsOf(answers: readonly PlacedAnswer[], length: number) {
  const codes = [...new Set(answers.map(({ pattern }) => pattern))];
  const patterns = Int32Array.from(answers, ({ pattern }) => codes.indexOf(pattern));
  return boundChanceOfRun(patterns, exchangeableCaptions(answers), length);
}

/** Share of all orders of the captions in which there is such a run. */
function chanceOfRun(answers: readonly PlacedAnswer[], length: number): number {
  const groups = exchangeableCaptions(answers);
  let orders = 0;
  let runs = 0;
  const place = (group: number, patterns: string[]) => {
    if (group === groups.length) {
      orders++;
      if (longestRun(patterns) >= length) runs++;
      return;
    }
    const { size, places, order } = groups[group]!;
    for (const captions of permutations([...order])) {
      const next = [...patterns];
      captions.forEach((from, to) => {
        for (let i = 0; i < size; i++) {
          next[places[to * size + i]!] = answers[places[from * size + i]!]!.pattern;
        }
      });
      place(group + 1, next);
    }
  };
  place(
    0,
    answers.map(({ pattern }) => pattern),
  );
  return runs / orders;
}

function* permutations(values: number[]): Generator<number[]> {
  if (values.length <= 1) yield values;
  for (const [index, value] of values.entries()) {
    if (values.length <= 1) break;
    for (const rest of permutations(values.toSpliced(index, 1))) yield [value, ...rest];
  }
}

describe("the bounds of the probability of a run", () => {
  const byTurns = (place: number) => (place % 2 === 0 ? "a b" : "a c");
  it.each([
    ["one kind of caption", answersOf("LLRTLLRL"), [2, 3, 4, 5]],
    ["two contests", answersOf("LLRTLLRL", undefined, byTurns), [2, 3, 4, 5]],
    [
      "a contest that no other caption has",
      answersOf("LLRLLR", undefined, (place) => (place === 2 ? "c d" : "a b")),
      [2, 3, 4],
    ],
    [
      "two answers to each caption",
      answersOf("LLRLLLRTLLRL", (place) => `caption ${Math.floor(place / 2)}`, byTurns),
      [2, 3, 4, 6],
    ],
    [
      "captions that come again later",
      answersOf(
        "LLRLTLLRLL",
        (place) => `caption ${place % 5}`,
        (place) => (place < 5 ? "a b" : "a c"),
      ),
      [3, 4, 5],
    ],
  ])("lie around it: %s", (_name, answers, lengths) => {
    for (const length of lengths) {
      const chance = chanceOfRun(answers, length);
      const { least, most } = boundsOf(answers, length);
      expect(least).toBeLessThanOrEqual(chance + 1e-12);
      expect(most).toBeGreaterThanOrEqual(chance - 1e-12);
    }
  });

  it("are the probability itself where there can be only one such run", () => {
    const answers = answersOf("LLLRRTLR");
    const { most } = boundsOf(answers, 4);
    // Four L of eight in neighbouring places: five places of the window among all 70 choices of four.
    expect(most).toBeCloseTo(5 / 70, 12);
    expect(chanceOfRun(answers, 4)).toBeCloseTo(5 / 70, 12);
  });

  it("are close to each other in long series", () => {
    const patterns = Array.from({ length: 200 }, (_, place) => "LRLLRTLRRL"[(place * 7) % 10]).join("");
    const { least, most } = boundsOf(answersOf(patterns), 18);
    expect(most).toBeLessThan(1e-3);
    expect(least).toBeGreaterThan(0.99 * most);
  });
});

describe("in a study of a million raters", () => {
  const level = 0.005 / 1e6;
  it("a run that no careful rater has is too long", () => {
    expect(isRunTooLong(answersOf("L".repeat(60) + "RLTRLR".repeat(20)), level)).toBe(true);
  });

  it("a run that one of some millions has is not", () => {
    const answers = answersOf(`${"RL".repeat(50)}${"L".repeat(24)}${"RL".repeat(50)}`);
    const { least, most } = boundsOf(answers, 25);
    expect(least).toBeGreaterThan(level);
    expect(most).toBeLessThan(1e-4);
    expect(isRunTooLong(answers, level)).toBe(false);
  });
});
