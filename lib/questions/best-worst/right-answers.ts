/** Which extremes are right. */
import type { BestImage } from "../best-image";
import type { RightAnswers } from "../question-type";
import type { BestWorstGiven } from "./answer";
import type { Extremes } from "./checks";

export const bestWorstRightAnswers: RightAnswers<BestWorstGiven, Extremes | BestImage> = {
  isRight({ best, worst }, right, placement) {
    if (right.type === "best") return placement[best] === right.position;
    return placement[best] === right.best && placement[worst] === right.worst;
  },
  onScreen(given, right, placement) {
    if (right.type === "best-worst") {
      return {
        type: "best-worst",
        best: placement.indexOf(right.best),
        worst: placement.indexOf(right.worst),
      };
    }
    const best = placement.indexOf(right.position);
    return { type: "best-worst", best, worst: given.worst === best ? given.best : given.worst };
  },
};
