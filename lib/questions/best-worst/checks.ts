/** Checks of raters with the best and the worst of several. */
import { z } from "zod";
import { type BestImage, bestImage, knownBest } from "../best-image";
import type { Checks } from "../question-type";
import { imageChoices, imagePosition, type RightAnswerKind } from "../right-answer";

/** The two extremes. */
export type Extremes = { type: "best-worst"; best: number; worst: number };

const extremes: RightAnswerKind<Extremes> = {
  name: "best-worst",
  schema: z.object({ type: z.literal("best-worst"), best: imagePosition, worst: imagePosition }),
  positions: ({ best, worst }) => [best, worst],
  fault: ({ best, worst }) => (best === worst ? "Best and worst are the same image." : null),
  toText: ({ best, worst }) => `Image ${best + 1} is best, image ${worst + 1} worst`,
};

export const bestWorstChecks: Checks<Extremes | BestImage> = {
  kinds: [extremes, bestImage],
  fields: (images) => [
    { name: "best", label: "Best", choices: imageChoices(images) },
    { name: "worst", label: "Worst", choices: imageChoices(images) },
  ],
  fromFields(typed) {
    const [best, worst] = [typed.best?.[0], typed.worst?.[0]];
    if (best === undefined || worst === undefined) return null;
    return { type: "best-worst", best: Number(best), worst: Number(worst) };
  },
  ...knownBest,
};
