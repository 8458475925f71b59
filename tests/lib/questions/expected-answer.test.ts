/** Correct answers are stored in the item's order of images, and apply wherever the images are on a rater's screen. */
import { describe, expect, it } from "vitest";
import type { ExpectedAnswer } from "@/lib/questions/expected-answer";
import { expectedOnScreen, isExpected } from "@/lib/questions/expected-answer";
import type { RaterAnswer } from "@/lib/questions/rater-answer";

/** Image 2 is on the left, image 0 in the middle, image 1 on the right. */
const placement = [2, 0, 1];

const cases: [ExpectedAnswer, right: RaterAnswer, wrong: RaterAnswer][] = [
  [
    { type: "order", order: [0, 1, 2] },
    { type: "ranking", order: [1, 2, 0] },
    { type: "ranking", order: [1, 0, 2] },
  ],
  [
    { type: "best-worst", best: 2, worst: 1 },
    { type: "best-worst", best: 0, worst: 2 },
    { type: "best-worst", best: 0, worst: 1 },
  ],
  [
    { type: "best", position: 1 },
    { type: "ranking", order: [2, 0, 1] },
    { type: "ranking", order: [0, 2, 1] },
  ],
  [
    { type: "exactly", winner: "tie" },
    { type: "pair", winner: "tie" },
    { type: "pair", winner: "left" },
  ],
  [
    { type: "scores", scores: [1, 2] },
    { type: "likert", score: 2 },
    { type: "likert", score: 3 },
  ],
];

describe.each(cases)("%j", (expected, right, wrong) => {
  it("is distinguished from a wrong answer, and shown as the rater would have given it", () => {
    expect(isExpected(right, expected, placement)).toBe(true);
    expect(isExpected(wrong, expected, placement)).toBe(false);
    expect(isExpected(expectedOnScreen(wrong, expected, placement), expected, placement)).toBe(true);
  });
});
