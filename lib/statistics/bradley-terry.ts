/** Bradley–Terry strengths by maximum likelihood, a tie counting as half a win for each side. */
import type { LogLikelihood } from "../numerics/newton";
import type { PairCounts } from "./pair-counts";
import { fitPairwise, type PairwiseModel } from "./pairwise-model";
import { outcomeLeft, outcomeTie } from "./vote-table";

/**
 * P(i beats j) = 1 / (1 + exp(s_j - s_i)) (Bradley & Terry, Biometrika 39, 1952). Sides are ignored.
 *
 * A finite maximum exists if and only if every arm can be reached from every other along "won against" (Ford,
 * American Mathematical Monthly 64, 1957); otherwise the fit has method "weak-prior".
 */
export const bradleyTerry: PairwiseModel = {
  name: "bradley-terry",
  likelihoodOf,

  fit(counts, start) {
    return fitPairwise(this, counts, isStronglyConnected(halfTieWins(counts), counts.armCount), start);
  },

  toParameters(free, armCount) {
    const logStrength = new Float64Array(armCount);
    logStrength.set(free, 1);
    return { logStrength, leftAdvantage: 0, tieParameter: 0 };
  },

  scoresAlong({ logStrength }, direction) {
    const armCount = logStrength.length;
    const along = (arm: number) => (arm === 0 ? 0 : direction[arm - 1]!);
    const scores = new Float64Array(armCount * armCount * 3);
    for (let left = 0; left < armCount; left++) {
      for (let right = 0; right < armCount; right++) {
        if (left === right) continue;
        const pLeft = 1 / (1 + Math.exp(logStrength[right]! - logStrength[left]!));
        const difference = along(left) - along(right);
        const row = (left * armCount + right) * 3;
        scores[row] = (1 - pLeft) * difference;
        scores[row + 1] = -pLeft * difference;
        scores[row + 2] = (0.5 - pLeft) * difference;
      }
    }
    return scores;
  },

  observe({ logStrength }, left, right, outcome, into) {
    const pLeft = 1 / (1 + Math.exp(logStrength[right]! - logStrength[left]!));
    const won = outcome === outcomeTie ? 0.5 : outcome === outcomeLeft ? 1 : 0;
    const curvature = pLeft * (1 - pLeft);
    const sides = [left, right].filter((arm) => arm > 0);
    into.count = sides.length;
    sides.forEach((arm, k) => {
      const sign = arm === left ? 1 : -1;
      into.parameters[k] = arm - 1;
      into.scores[k] = sign * (won - pLeft);
      sides.forEach((other, l) => {
        into.information[k * sides.length + l] = arm === other ? curvature : -curvature;
      });
    });
  },
};

/** `wins[i * armCount + j]`: how often i was preferred to j, ties as half, over both sides. */
export function halfTieWins({ armCount, counts }: PairCounts): Float64Array {
  const wins = new Float64Array(armCount * armCount);
  for (let left = 0; left < armCount; left++) {
    for (let right = 0; right < armCount; right++) {
      const at = (left * armCount + right) * 3;
      const halfTies = counts[at + 2]! / 2;
      wins[left * armCount + right]! += counts[at]! + halfTies;
      wins[right * armCount + left]! += counts[at + 1]! + halfTies;
    }
  }
  return wins;
}

function likelihoodOf(counts: PairCounts): LogLikelihood {
  const { armCount } = counts;
  const size = armCount - 1;
  const wins = halfTieWins(counts);
  const strength = (parameters: Float64Array, arm: number) => (arm === 0 ? 0 : parameters[arm - 1]!);

  return {
    size,
    derivatives(parameters, gradient, information) {
      let value = 0;
      for (let i = 0; i < armCount; i++) {
        for (let j = 0; j < i; j++) {
          const won = wins[i * armCount + j]!;
          const lost = wins[j * armCount + i]!;
          const total = won + lost;
          if (total === 0) continue;
          const difference = strength(parameters, i) - strength(parameters, j);
          value -= won * log1pExp(-difference) + lost * log1pExp(difference);
          const p = 1 / (1 + Math.exp(-difference));
          const slope = won - total * p;
          const curvature = total * p * (1 - p);
          gradient[i - 1]! += slope;
          information[(i - 1) * size + i - 1]! += curvature;
          if (j > 0) {
            gradient[j - 1]! -= slope;
            information[(j - 1) * size + j - 1]! += curvature;
            information[(i - 1) * size + j - 1]! -= curvature;
          }
        }
      }
      return value;
    },
  };
}

/** log(1 + eˣ) without overflow. */
function log1pExp(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/** Whether every arm can be reached from every other along edges "won at least half a vote against". */
function isStronglyConnected(wins: Float64Array, armCount: number): boolean {
  const reachesAll = (edge: (from: number, to: number) => number) => {
    const seen = new Uint8Array(armCount);
    const queue = [0];
    seen[0] = 1;
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (let to = 0; to < armCount; to++) {
        if (!seen[to] && wins[edge(at, to)]! > 0) {
          seen[to] = 1;
          queue.push(to);
        }
      }
    }
    return seen.every((mark) => mark === 1);
  };
  return reachesAll((from, to) => from * armCount + to) && reachesAll((from, to) => to * armCount + from);
}
