/** How often each arm was preferred to each other arm: plain counts, without a model. */
import type { ArmEstimates } from "./arm-estimates";
import { proportionEstimates, proportionInterval } from "./clustered-proportion";
import { outcomeBothBad, outcomeLeft, outcomeTie, type VoteTable, valuesAt } from "./vote-table";

export type WinMatrixCell = {
  readonly arm: string;
  readonly opponent: string;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  readonly bothBad: number;
  /** (wins + ties / 2) / (wins + losses + ties); null where the two never met, or only as "both bad". */
  readonly winRate: number | null;
  /** Bounds of an interval that holds for all pairs at once. */
  readonly low: number | null;
  readonly high: number | null;
};

/** `matrix[i][j]` is arm i against arm j, in the order of `table.arms`; the diagonal is null. */
export type WinMatrix = readonly (readonly (WinMatrixCell | null)[])[];

/**
 * Counts and win rates of all pairs of arms. Intervals hold for all pairs at once: each covers 1 - (1 - coverage) / m
 * for m compared pairs (Bonferroni), so in at most 1 - coverage of studies of equal arms does any of them exclude
 * one half. `proportionInterval` gives their widths, with captions' and raters' parts pooled over the pairs.
 */
export function winMatrix(table: VoteTable, coverage: number): WinMatrix {
  const armCount = table.arms.length;
  const votesOfPair = new Map<number, number[]>();
  for (let i = 0; i < table.voteCount; i++) {
    const first = Math.min(table.left[i]!, table.right[i]!);
    const second = Math.max(table.left[i]!, table.right[i]!);
    const key = first * armCount + second;
    const votes = votesOfPair.get(key);
    if (votes) votes.push(i);
    else votesOfPair.set(key, [i]);
  }
  const pairs: CountedPair[] = [];
  for (let first = 0; first < armCount; first++) {
    for (let second = first + 1; second < armCount; second++) {
      pairs.push(countPair(table, first, second, votesOfPair.get(first * armCount + second) ?? []));
    }
  }
  const met = pairs.flatMap(({ estimates }) => estimates ?? []);
  const pooled = {
    caption: mean(met.map(({ shares }) => shares.caption)),
    rater: mean(met.map(({ shares }) => shares.rater)),
  };
  const coverageOfEach = 1 - (1 - coverage) / Math.max(1, met.length);
  const matrix: (WinMatrixCell | null)[][] = table.arms.map(() => table.arms.map(() => null));
  for (const { first, second, estimates, ...counts } of pairs) {
    const { wins, losses, ties } = counts;
    const rate = estimates && {
      winRate: estimates.values[0]!,
      ...proportionInterval(estimates, wins + losses + ties, coverageOfEach, pooled),
    };
    const { winRate, low, high } = rate ?? { winRate: null, low: null, high: null };
    const [arm, opponent] = [table.arms[first]!, table.arms[second]!];
    matrix[first]![second] = { arm, opponent, ...counts, winRate, low, high };
    matrix[second]![first] = {
      arm: opponent,
      opponent: arm,
      ...counts,
      wins: losses,
      losses: wins,
      winRate: winRate === null ? null : 1 - winRate,
      low: high === null ? null : 1 - high,
      high: low === null ? null : 1 - low,
    };
  }
  return matrix;
}

type CountedPair = Pick<WinMatrixCell, "wins" | "losses" | "ties" | "bothBad"> & {
  readonly first: number;
  readonly second: number;
  /** Of the first arm's win rate. */
  readonly estimates: ArmEstimates | null;
};

function countPair(table: VoteTable, first: number, second: number, votes: readonly number[]): CountedPair {
  const judged = Int32Array.from(votes.filter((i) => table.outcome[i] !== outcomeBothBad));
  const scores = new Float64Array(judged.length);
  let wins = 0;
  let ties = 0;
  for (let at = 0; at < judged.length; at++) {
    const i = judged[at]!;
    const isTie = table.outcome[i] === outcomeTie;
    const winner = table.outcome[i] === outcomeLeft ? table.left[i] : table.right[i];
    scores[at] = isTie ? 0.5 : winner === first ? 1 : 0;
    if (isTie) ties++;
    else if (winner === first) wins++;
  }
  return {
    first,
    second,
    wins,
    losses: judged.length - wins - ties,
    ties,
    bothBad: votes.length - judged.length,
    estimates: proportionEstimates(scores, valuesAt(table.caption, judged), valuesAt(table.rater, judged)),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
