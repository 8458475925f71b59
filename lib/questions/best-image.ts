/** The correct answer of several images of which one is better than all others. */
import { z } from "zod";
import { mostTogether } from "./item-plans";
import { imagePosition, type RightAnswerKind } from "./right-answer";

export type BestImage = { type: "best"; position: number };

export const bestImage: RightAnswerKind<BestImage> = {
  name: "best",
  schema: z.object({ type: z.literal("best"), position: imagePosition }),
  positions: ({ position }) => [position],
  toText: ({ position }) => `Image ${position + 1} is best`,
};

/** Checks that show a photograph among those of other captions: it is the best for its own. */
export const knownBest = {
  strangers: (armCount: number) => Math.min(armCount, mostTogether) - 1,
  known<Shown>(own: Shown, strangers: readonly Shown[], { armCount }: { armCount: number }) {
    const expected: BestImage = { type: "best", position: 0 };
    return { expected, images: [own, ...strangers.slice(0, knownBest.strangers(armCount))] };
  },
};
