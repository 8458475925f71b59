/** Whether raters prefer a side of the screen, whatever stands there. */
import { clusteredProportion } from "./clustered-proportion";
import { outcomeLeft, outcomeRight, type VoteTable } from "./vote-table";

export type SideBias = {
  /** Share of left among decisive answers, minus one half: 0 is none, 0.5 is "always left". Null without any. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Decisive answers (left or right). */
  readonly votes: number;
};

/**
 * Share of left among the answers "left" and "right", minus one half, with a two-way clustered interval.
 * It is unbiased where sides are counterbalanced; Davidson's left advantage is adjusted for imbalance as well.
 */
export function sideBias(table: VoteTable, coverage: number): SideBias {
  const decisive: number[] = [];
  for (let i = 0; i < table.voteCount; i++) {
    if (table.outcome[i] === outcomeLeft || table.outcome[i] === outcomeRight) decisive.push(i);
  }
  const { value, low, high, votes } = clusteredProportion(
    Float64Array.from(decisive, (i) => (table.outcome[i] === outcomeLeft ? 1 : 0)),
    decisive.map((i) => table.caption[i]!),
    decisive.map((i) => table.rater[i]!),
    coverage,
  );
  if (value === null || low === null || high === null) return { value, low, high, votes };
  return { value: value - 0.5, low: low - 0.5, high: high - 0.5, votes };
}
