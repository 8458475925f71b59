/** How often each ordered pair of arms had which outcome: all that the pairwise models need from the votes. */
import { outcomeBothBad, type VoteTable } from "./vote-table";

/**
 * `counts[(left * armCount + right) * 3 + outcome]` for outcome 0 left, 1 right, 2 tie. Counts may be fractional
 * (weights, pseudo-votes). "Both bad" takes no part: it says nothing about which arm is better.
 */
export type PairCounts = { readonly armCount: number; readonly counts: Float64Array };

export function tableToPairCounts(table: VoteTable): PairCounts {
  const armCount = table.arms.length;
  const counts = new Float64Array(armCount * armCount * 3);
  for (let i = 0; i < table.voteCount; i++) {
    const type = voteType(table, i);
    if (type !== null) counts[type]! += 1;
  }
  return { armCount, counts };
}

/** Index of vote `i` in `PairCounts.counts`; null where it takes no part ("both bad"). */
export function voteType(table: VoteTable, i: number): number | null {
  const outcome = table.outcome[i]!;
  return outcome === outcomeBothBad
    ? null
    : (table.left[i]! * table.arms.length + table.right[i]!) * 3 + outcome;
}

/**
 * The counts with a weak symmetric prior added: decisive pseudo-votes, the same number for both sides of every
 * pair, one per arm in total. It pulls all strengths slightly together and makes them finite.
 */
export function withWeakPrior({ armCount, counts }: PairCounts): PairCounts {
  const perSide = 1 / (4 * Math.max(1, armCount - 1));
  const padded = Float64Array.from(counts);
  for (let left = 0; left < armCount; left++) {
    for (let right = 0; right < armCount; right++) {
      if (left === right) continue;
      padded[(left * armCount + right) * 3]! += perSide;
      padded[(left * armCount + right) * 3 + 1]! += perSide;
    }
  }
  return { armCount, counts: padded };
}

/**
 * Groups of arms that were compared with one another, directly or through others, each sorted. More than one
 * group means that no vote says how the groups compare.
 */
export function connectedArms({ armCount, counts }: PairCounts): number[][] {
  const groupOf = Array.from({ length: armCount }, (_, arm) => arm);
  const root = (arm: number): number => {
    let at = arm;
    while (groupOf[at] !== at) {
      // Halving the path keeps later searches short where there are hundreds of arms.
      groupOf[at] = groupOf[groupOf[at]!]!;
      at = groupOf[at]!;
    }
    return at;
  };
  for (let left = 0; left < armCount; left++) {
    for (let right = 0; right < armCount; right++) {
      const at = (left * armCount + right) * 3;
      if (counts[at]! + counts[at + 1]! + counts[at + 2]! > 0) groupOf[root(left)] = root(right);
    }
  }
  const groups = new Map<number, number[]>();
  for (let arm = 0; arm < armCount; arm++) {
    const key = root(arm);
    groups.set(key, [...(groups.get(key) ?? []), arm]);
  }
  return [...groups.values()];
}
