/** How often each arm was preferred to each other arm, as counted, without a model. */
import { clusteredProportion } from "./clustered-proportion";
import { outcomeBothBad, outcomeLeft, outcomeTie, type VoteTable } from "./vote-table";

export type WinMatrixCell = {
  readonly arm: string;
  readonly opponent: string;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  readonly bothBad: number;
  /** (wins + ties / 2) / (wins + losses + ties); null where the two never met, or only as "both bad". */
  readonly winRate: number | null;
  readonly low: number | null;
  readonly high: number | null;
};

/** `matrix[i][j]` is arm i against arm j, in the order of `table.arms`; the diagonal is null. */
export type WinMatrix = readonly (readonly (WinMatrixCell | null)[])[];

/** Counts and win rates of all pairs of arms, with two-way clustered intervals of the given coverage. */
export function winMatrix(table: VoteTable, coverage: number): WinMatrix {
  const armCount = table.arms.length;
  const votesOfPair = new Map<number, number[]>();
  for (let i = 0; i < table.voteCount; i++) {
    const first = Math.min(table.left[i]!, table.right[i]!);
    const second = Math.max(table.left[i]!, table.right[i]!);
    const votes = votesOfPair.get(first * armCount + second);
    if (votes) votes.push(i);
    else votesOfPair.set(first * armCount + second, [i]);
  }
  const matrix: (WinMatrixCell | null)[][] = table.arms.map(() => table.arms.map(() => null));
  for (let first = 0; first < armCount; first++) {
    for (let second = first + 1; second < armCount; second++) {
      const votes = votesOfPair.get(first * armCount + second) ?? [];
      const cell = pairCell(table, first, second, votes, coverage);
      matrix[first]![second] = cell;
      matrix[second]![first] = {
        arm: cell.opponent,
        opponent: cell.arm,
        wins: cell.losses,
        losses: cell.wins,
        ties: cell.ties,
        bothBad: cell.bothBad,
        winRate: cell.winRate === null ? null : 1 - cell.winRate,
        low: cell.high === null ? null : 1 - cell.high,
        high: cell.low === null ? null : 1 - cell.low,
      };
    }
  }
  return matrix;
}

function pairCell(
  table: VoteTable,
  first: number,
  second: number,
  votes: readonly number[],
  coverage: number,
): WinMatrixCell {
  const judged = votes.filter((i) => table.outcome[i] !== outcomeBothBad);
  const scores = Float64Array.from(judged, (i) => {
    if (table.outcome[i] === outcomeTie) return 0.5;
    const winner = table.outcome[i] === outcomeLeft ? table.left[i] : table.right[i];
    return winner === first ? 1 : 0;
  });
  const { value, low, high } = clusteredProportion(
    scores,
    judged.map((i) => table.caption[i]!),
    judged.map((i) => table.rater[i]!),
    coverage,
  );
  return {
    arm: table.arms[first]!,
    opponent: table.arms[second]!,
    wins: scores.filter((score) => score === 1).length,
    losses: scores.filter((score) => score === 0).length,
    ties: scores.filter((score) => score === 0.5).length,
    bothBad: votes.length - judged.length,
    winRate: value,
    low,
    high,
  };
}
