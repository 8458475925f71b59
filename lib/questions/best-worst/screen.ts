/** Best and worst on the rater's screen: the best image is tapped, then the worst. */
import { type RaterQuestion, tapByDigit } from "../rater-question";
import type { BestWorstGiven } from "./answer";

type Strings = {
  readonly bestHint: string;
  readonly worstHint: string;
  readonly best: string;
  readonly worst: string;
  readonly isBest: (image: string) => string;
};

export const bestWorstScreen: RaterQuestion<BestWorstGiven, Strings> = {
  taps: {
    needed: () => 2,
    hint: ({ bestHint, worstHint }, tapped) => (tapped === 0 ? bestHint : worstHint),
    badge({ best, worst }, turn) {
      const extreme = turn === 0 ? best : worst;
      return { text: extreme, spoken: extreme };
    },
  },
  fromTaps([best, worst]) {
    return best === undefined || worst === undefined ? null : { type: "best-worst", best, worst };
  },
  onKey: tapByDigit,
  worstPlace: ({ worst }) => worst,
  toText: ({ best }, { isBest }, nameOf) => isBest(nameOf(best)),
};
