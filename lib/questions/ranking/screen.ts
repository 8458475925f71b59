/** A ranking on the rater's screen: the images are tapped from best to worst. */
import { type RaterQuestion, tapByDigit } from "../rater-question";
import type { RankingGiven } from "./answer";

type Strings = {
  readonly hint: string;
  readonly isBest: (image: string) => string;
  readonly place: (rank: number) => string;
};

/** The last image is what is left. */
const tapsNeeded = (images: number) => images - 1;

export const rankingScreen: RaterQuestion<RankingGiven, Strings> = {
  taps: {
    needed: tapsNeeded,
    hint: ({ hint }) => hint,
    badge: ({ place }, turn) => ({ text: String(turn + 1), spoken: place(turn + 1) }),
  },
  fromTaps(tapped, images) {
    if (tapped.length < tapsNeeded(images)) return null;
    const rest = Array.from({ length: images }, (_, place) => place).filter(
      (place) => !tapped.includes(place),
    );
    return { type: "ranking", order: [...tapped, ...rest] };
  },
  onKey: tapByDigit,
  worstPlace: ({ order }) => order.at(-1)!,
  toText: ({ order }, { isBest }, nameOf) => isBest(nameOf(order[0]!)),
};
