/** Plackett and Luce's model: strengths of arms from rankings of three or more images. */
import { SemblanceError } from "@/lib/errors";
import { type Choice, type ChoiceFit, fitChoices } from "./conditional-logit";
import type { Observation } from "./observation-clusters";

/** The arms that a rater saw for a caption, best first. */
export type Ranking = Observation & { readonly order: readonly string[] };

/**
 * A ranking is a sequence of choices: the best of all, then the best of the rest, and so on, each with probability
 * exp(s) / Σ exp(s) over what is left (Plackett, Applied Statistics 24, 1975; Luce, 1959). Rankings may cover
 * different subsets of arms; `arms` gives the order, and the first is the reference for all others.
 *
 * @throws SemblanceError `invalid_input` for a ranking with fewer than two arms, a repeated arm, or an unknown arm
 */
export function fitPlackettLuce(rankings: readonly Ranking[], arms: readonly string[]): ChoiceFit {
  const indexOf = new Map(arms.map((arm, index) => [arm, index]));
  const choices = rankings.flatMap(({ caption, rater, order }, number): Choice[] => {
    const indices = order.map((arm) => indexOf.get(arm));
    if (order.length < 2 || indices.includes(undefined) || new Set(order).size < order.length) {
      throw new SemblanceError(
        "invalid_input",
        `Ranking ${number + 1} (${order.join(" > ")}) cannot be used.`,
        {
          remedy: "A ranking names at least two different arms of the study, each once.",
        },
      );
    }
    return indices.slice(0, -1).map((_, place) => ({
      caption,
      rater,
      alternatives: indices.slice(place).map((plus) => ({ plus: plus!, minus: null })),
      chosen: 0,
    }));
  });
  return fitChoices(choices, arms);
}
