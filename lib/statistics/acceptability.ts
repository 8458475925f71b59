/** How often an arm's images are good enough, as far as answers to pairs can show. */
import { clusteredProportion, type Proportion } from "./clustered-proportion";
import { outcomeBothBad, outcomeLeft, outcomeTie, placesWhere, type VoteTable, valuesAt } from "./vote-table";

export type Acceptability = {
  readonly arm: string;
  /** Answers that showed the arm. */
  readonly votes: number;
  /**
   * Share of those answers in which its image was certainly good enough: preferred, or equal to the other, where
   * "neither fits" could have been said.
   */
  readonly least: number | null;
  /** Share of those answers that were not "neither". Whether a losing image was good enough is unknown. */
  readonly most: number | null;
  /** From the lower bound of the least to the upper bound of the most, over captions and raters. */
  readonly low: number | null;
  readonly high: number | null;
};

/** For every arm of the table, in its order. */
export function acceptabilities(table: VoteTable, coverage: number): Acceptability[] {
  return table.arms.map((arm, index) => {
    const shown = placesWhere(table.voteCount, (i) => table.left[i] === index || table.right[i] === index);
    const caption = valuesAt(table.caption, shown);
    const rater = valuesAt(table.rater, shown);
    const share = (isCounted: (vote: number) => boolean): Proportion => {
      const scores = new Float64Array(shown.length);
      for (let at = 0; at < scores.length; at++) scores[at] = isCounted(shown[at]!) ? 1 : 0;
      return clusteredProportion(scores, caption, rater, coverage);
    };
    const least = share((i) => {
      const outcome = table.outcome[i];
      const winner = outcome === outcomeLeft ? table.left[i] : table.right[i];
      return outcome === outcomeTie || (outcome !== outcomeBothBad && winner === index);
    });
    const most = share((i) => table.outcome[i] !== outcomeBothBad);
    return {
      arm,
      votes: shown.length,
      least: least.value,
      most: most.value,
      low: least.low,
      high: most.high,
    };
  });
}
