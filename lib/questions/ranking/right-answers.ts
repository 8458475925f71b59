/** Which rankings are right. */
import type { BestImage } from "../best-image";
import type { RightAnswers } from "../question-type";
import type { RankingGiven } from "./answer";
import type { ImageOrder } from "./checks";

export const rankingRightAnswers: RightAnswers<RankingGiven, ImageOrder | BestImage> = {
  isRight({ order }, right, placement) {
    if (right.type === "best") return placement[order[0]!] === right.position;
    return order.every((place, rank) => placement[place] === right.order[rank]);
  },
  onScreen({ order }, right, placement) {
    if (right.type === "order") {
      return { type: "ranking", order: right.order.map((image) => placement.indexOf(image)) };
    }
    const best = placement.indexOf(right.position);
    return { type: "ranking", order: [best, ...order.filter((place) => place !== best)] };
  },
};
