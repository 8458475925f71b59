/** Which grades are right: the side counts, not the step. */
import type { BestImage } from "../best-image";
import type { RightAnswers } from "../question-type";
import type { Exactly } from "../right-answer";
import type { GradedGiven } from "./answer";

/** The grade that is shown for a side as the correct answer. */
const usualGrade = 2;

export const gradedRightAnswers: RightAnswers<GradedGiven, BestImage | Exactly> = {
  isRight: ({ grade }, right, placement) => Math.sign(grade) === sideOf(right, placement),
  onScreen: (_given, right, placement) => ({
    type: "graded-pair",
    grade: usualGrade * sideOf(right, placement),
  }),
};

/** -1 left, 0 neither, 1 right. */
function sideOf(right: BestImage | Exactly, placement: readonly number[]): number {
  if (right.type === "exactly") return 0;
  return placement.indexOf(right.position) === 0 ? -1 : 1;
}
