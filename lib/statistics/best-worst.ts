/** Strengths of arms from best-worst answers: the best and the worst of three or more images. */
import { SemblanceError } from "@/lib/errors";
import { type Choice, type ChoiceFit, fitChoices } from "./conditional-logit";
import type { Observation } from "./observation-clusters";

export type BestWorst = Observation & {
  /** All arms shown, including the two chosen. */
  readonly shown: readonly string[];
  readonly best: string;
  readonly worst: string;
};

/**
 * The maximum difference model: among all ordered pairs of different arms shown, P(best = i, worst = j) is
 * proportional to exp(s_i - s_j) (Marley & Louviere, Journal of Mathematical Psychology 49, 2005).
 *
 * @throws SemblanceError `invalid_input` where best or worst were not shown, are the same, or an arm is unknown
 */
export function fitBestWorst(answers: readonly BestWorst[], arms: readonly string[]): ChoiceFit {
  const indexOf = new Map(arms.map((arm, index) => [arm, index]));
  const choices = answers.map(({ caption, rater, shown, best, worst }, number): Choice => {
    const isUsable =
      best !== worst &&
      shown.includes(best) &&
      shown.includes(worst) &&
      new Set(shown).size === shown.length &&
      shown.every((arm) => indexOf.has(arm));
    if (!isUsable) {
      throw new SemblanceError(
        "invalid_input",
        `Answer ${number + 1} (best ${best}, worst ${worst} of ${shown.join(", ")}) cannot be used.`,
        { remedy: "Best and worst are two different arms among those shown." },
      );
    }
    const pairs = shown.flatMap((plus) =>
      shown.filter((minus) => minus !== plus).map((minus) => ({ plus, minus })),
    );
    return {
      caption,
      rater,
      alternatives: pairs.map(({ plus, minus }) => ({
        plus: indexOf.get(plus)!,
        minus: indexOf.get(minus)!,
      })),
      chosen: pairs.findIndex(({ plus, minus }) => plus === best && minus === worst),
    };
  });
  return fitChoices(choices, arms);
}
