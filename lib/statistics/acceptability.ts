/** How often an arm's images are good enough, as far as answers to pairs can show. */
import { clusteredProportion, type Proportion } from "./clustered-proportion";
import { outcomeBothBad, outcomeLeft, outcomeTie, type VoteTable } from "./vote-table";

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
    const shown: number[] = [];
    for (let i = 0; i < table.voteCount; i++) {
      if (table.left[i] === index || table.right[i] === index) shown.push(i);
    }
    const share = (score: (vote: number) => boolean): Proportion =>
      clusteredProportion(
        Float64Array.from(shown, (i) => (score(i) ? 1 : 0)),
        shown.map((i) => table.caption[i]!),
        shown.map((i) => table.rater[i]!),
        coverage,
      );
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
