/** Ways to combine arms into items for one caption. */
import { armPairCount, armPairs } from "@/lib/statistics/arm-pairs";
import type { ItemPlan } from "./question-type";

/** All pairs of arms, or each arm with some opponents. */
export const pairsOfArms: ItemPlan = {
  fewestArms: 2,
  images: { least: 2, most: 2 },
  itemsPerCaption: armPairCount,
  sets: (_armCount, opponents, shuffled) => armPairs(shuffled(), opponents).map((two) => [...two]),
};

/** Each arm by itself. */
export const singleArms: ItemPlan = {
  fewestArms: 2,
  images: { least: 1, most: 1 },
  itemsPerCaption: (armCount) => armCount,
  sets: (armCount) => Array.from({ length: armCount }, (_, arm) => [arm]),
};

/** As many images as can be distinguished on a phone when they are ranked. */
export const mostTogether = 6;
/** Images shown together where there are more arms than that. */
const oftenTogether = 5;

/** The arms together, or as many sets of them as there are arms. */
export const armsTogether: ItemPlan = {
  fewestArms: 3,
  images: { least: 3, most: mostTogether },
  itemsPerCaption: (armCount) => (armCount <= mostTogether ? 1 : armCount),
  sets(armCount, _opponents, shuffled) {
    if (armCount <= mostTogether) return [Array.from({ length: armCount }, (_, arm) => arm)];
    // A window that moves round a shuffled circle shows every arm equally often.
    const circle = shuffled();
    return circle.map((_, start) =>
      Array.from({ length: oftenTogether }, (_, step) => circle[(start + step) % armCount]!).sort(
        (a, b) => a - b,
      ),
    );
  },
};
