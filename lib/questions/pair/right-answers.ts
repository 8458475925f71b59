/** Which answers to a pair are right. */
import type { BestImage } from "../best-image";
import type { RightAnswers } from "../question-type";
import type { Exactly } from "../right-answer";
import type { PairGiven } from "./answer";

export const pairRightAnswers: RightAnswers<PairGiven, BestImage | Exactly> = {
  isRight(answer, right, placement) {
    if (right.type === "exactly") return answer.winner === right.winner;
    return answer.winner === sideOf(right, placement);
  },
  onScreen: (_given, right, placement) => ({
    type: "pair",
    winner: right.type === "exactly" ? right.winner : sideOf(right, placement),
  }),
};

function sideOf({ position }: BestImage, placement: readonly number[]): "left" | "right" {
  return placement.indexOf(position) === 0 ? "left" : "right";
}
