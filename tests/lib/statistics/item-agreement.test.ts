import { describe, expect, it } from "vitest";
import { agreementExamples, answerLikeness } from "@/lib/questions/answer-statistics";
import type { ArmAnswer } from "@/lib/questions/question-types";

const pair = (
  caption: string,
  rater: string,
  shown: string[],
  winner: "left" | "right" | "tie" | "both_bad",
) => ({ type: "pair", caption, rater, shown, winner }) satisfies ArmAnswer;
const seen = { caption: "a dog", rater: "r", shown: ["a", "b", "c"] };

describe("answerLikeness", () => {
  it("of pairs is whether the same arm was chosen, on whichever side", () => {
    const one = pair("a dog", "r1", ["a", "b"], "left");
    expect(answerLikeness(one, pair("a dog", "r2", ["b", "a"], "right"))).toBe(1);
    expect(answerLikeness(one, pair("a dog", "r2", ["b", "a"], "left"))).toBe(0);
    expect(answerLikeness(one, pair("a dog", "r2", ["a", "b"], "tie"))).toBe(0);
    expect(answerLikeness(pair("a", "r", ["a", "tie"], "right"), pair("a", "s", ["a", "tie"], "tie"))).toBe(
      0,
    );
  });

  it.each<[ArmAnswer, ArmAnswer, number]>([
    [{ ...seen, type: "likert", score: 5 }, { ...seen, type: "likert", score: 2 }, 0.25],
    [
      { ...seen, type: "ranking", order: ["a", "b", "c"] },
      { ...seen, type: "ranking", order: ["b", "a", "c"] },
      2 / 3,
    ],
    [
      { ...seen, type: "best-worst", best: "a", worst: "b" },
      { ...seen, type: "best-worst", best: "a", worst: "c" },
      0.5,
    ],
  ])("of other questions lies between 0 and 1", (one, other, likeness) => {
    expect(answerLikeness(one, other)).toBeCloseTo(likeness, 12);
    expect(answerLikeness(other, one)).toBeCloseTo(likeness, 12);
    expect(answerLikeness(one, one)).toBe(1);
  });
});

describe("agreementExamples", () => {
  const answers = [
    ...["r1", "r2", "r3"].map((rater) => pair("all agree", rater, ["a", "b"], "left")),
    ...["r1", "r2"].map((rater) => pair("two agree", rater, ["a", "b"], "tie")),
    pair("torn", "r1", ["a", "b"], "left"),
    pair("torn", "r2", ["b", "a"], "left"),
    pair("mixed", "r1", ["a", "b"], "left"),
    pair("mixed", "r2", ["a", "b"], "left"),
    pair("mixed", "r3", ["a", "b"], "right"),
    pair("alone", "r1", ["a", "b"], "left"),
  ];

  it("puts three who agree before two, leaves single answers out, and shows no item twice", () => {
    const { strongest, weakest } = agreementExamples(answers, 2);
    expect(strongest.map(({ caption, agreement }) => [caption, agreement])).toEqual([
      ["all agree", 1],
      ["two agree", 1],
    ]);
    expect(weakest.map(({ caption }) => caption)).toEqual(["torn", "mixed"]);
    expect(weakest[1]!.agreement).toBeCloseTo(1 / 3, 12);
    const all = agreementExamples(answers, 10);
    expect(all.strongest).toHaveLength(4);
    expect(all.weakest).toEqual([]);
  });
});
