/** The cumulative link model: strengths of arms from ordered scores, without taking the points as equal steps. */
import { type ClusteredEstimate, clusteredEstimate, observationsToClusters } from "./clustered-estimates";
import type { Score } from "./likert";
import { solveCholesky } from "./linear-system";
import { type LogLikelihood, maximise } from "./newton";

export type CumulativeLinkFit = {
  /** Log odds of a higher score than the first arm gets, by arm; the first arm has 0 and no spread. */
  readonly strengths: readonly (ClusteredEstimate & { readonly arm: string })[];
  /** Scores that occur, ascending, and the thresholds between neighbours, one fewer. */
  readonly levels: readonly number[];
  readonly thresholds: readonly number[];
  readonly logLikelihood: number;
  /** As for pairwise models: the prior is one pseudo-score per arm, spread as all scores together are. */
  readonly method: "maximum-likelihood" | "weak-prior";
};

/**
 * Proportional odds, P(score ≤ level k) = 1 / (1 + exp(s_arm - τ_k)) (McCullagh, Journal of the Royal Statistical
 * Society B 42, 1980), by maximum likelihood, with intervals over captions and raters from the clustered sandwich
 * variance. Null where only one level occurs.
 */
export function fitCumulativeLink(scores: readonly Score[], coverage: number): CumulativeLinkFit | null {
  const arms = [...new Set(scores.map(({ arm }) => arm))];
  const levels = [...new Set(scores.map(({ score }) => score))].sort((a, b) => a - b);
  if (levels.length < 2) return null;
  const armOf = new Map(arms.map((arm, index) => [arm, index]));
  const levelOf = new Map(levels.map((level, index) => [level, index]));
  const counts = new Float64Array(arms.length * levels.length);
  for (const { arm, score } of scores) counts[armOf.get(arm)! * levels.length + levelOf.get(score)!]! += 1;

  const pooled = levels.map((_, k) => arms.reduce((sum, _arm, a) => sum + counts[a * levels.length + k]!, 0));
  const start = new Float64Array(levels.length - 1 + arms.length - 1);
  let below = 0;
  for (let k = 0; k < levels.length - 1; k++) {
    below += pooled[k]!;
    start[k] = Math.log(below / (scores.length - below));
  }
  const padded = counts.map((count, at) => count + pooled[at % levels.length]! / scores.length);
  const exact = maximise(likelihoodOf(counts, arms.length, levels.length), start);
  const result = exact ?? maximise(likelihoodOf(padded, arms.length, levels.length), start);
  if (!result) throw new Error("The likelihood with the weak prior has no maximum, which cannot be.");

  const size = start.length;
  const gradients = arms.map((_, a) =>
    levels.map((_level, k) => {
      const gradient = new Float64Array(size);
      addScore(result.parameters, levels.length, a, k, 1, gradient);
      return gradient;
    }),
  );
  const clusters = observationsToClusters(scores);
  const strengths = arms.map((arm, a) => {
    const unit = new Float64Array(size);
    if (a > 0) unit[levels.length - 2 + a] = 1;
    const direction = solveCholesky(result.informationFactor, unit, size);
    const influenceOf = gradients.map((byLevel) =>
      byLevel.map((gradient) => gradient.reduce((sum, value, p) => sum + value * direction[p]!, 0)),
    );
    const influence = Float64Array.from(
      scores,
      (score) => influenceOf[armOf.get(score.arm)!]![levelOf.get(score.score)!]!,
    );
    const value = a > 0 ? result.parameters[levels.length - 2 + a]! : 0;
    return { arm, ...clusteredEstimate(value, influence, clusters, coverage) };
  });
  return {
    strengths,
    levels,
    thresholds: [...result.parameters.subarray(0, levels.length - 1)],
    logLikelihood: result.logLikelihood,
    method: exact ? "maximum-likelihood" : "weak-prior",
  };
}

/** Free coordinates: the thresholds, then the strengths of all arms but the first. */
function likelihoodOf(counts: Float64Array, armCount: number, levelCount: number): LogLikelihood {
  return {
    size: levelCount - 1 + armCount - 1,
    derivatives(parameters, gradient, information) {
      let value = 0;
      for (let arm = 0; arm < armCount; arm++) {
        for (let level = 0; level < levelCount; level++) {
          const count = counts[arm * levelCount + level]!;
          if (count > 0) value += addScore(parameters, levelCount, arm, level, count, gradient, information);
        }
      }
      return value;
    },
  };
}

/**
 * Adds `count` scores of `level` for `arm` to the derivatives and returns their log likelihood, which is -Infinity
 * where the thresholds are out of order. With F the logistic function, u = τ_level - s and l = τ_(level-1) - s,
 * the probability is F(u) - F(l); a missing threshold is ±Infinity.
 */
function addScore(
  parameters: Float64Array,
  levelCount: number,
  arm: number,
  level: number,
  count: number,
  gradient: Float64Array,
  information?: Float64Array,
): number {
  const size = parameters.length;
  const strengthAt = arm > 0 ? levelCount - 2 + arm : -1;
  const strength = arm > 0 ? parameters[strengthAt]! : 0;
  const upper = level < levelCount - 1 ? logistic(parameters[level]! - strength) : 1;
  const lower = level > 0 ? logistic(parameters[level - 1]! - strength) : 0;
  const p = upper - lower;
  if (!(p > 0)) return Number.NEGATIVE_INFINITY;
  // Density f = F (1 - F) and its slope f (1 - 2F), at both ends.
  const upperDensity = upper * (1 - upper);
  const lowerDensity = lower * (1 - lower);
  const upperSlope = upperDensity * (1 - 2 * upper);
  const lowerSlope = lowerDensity * (1 - 2 * lower);
  const du = upperDensity / p;
  const dl = -lowerDensity / p;
  if (level < levelCount - 1) gradient[level]! += count * du;
  if (level > 0) gradient[level - 1]! += count * dl;
  if (strengthAt >= 0) gradient[strengthAt]! -= count * (du + dl);
  if (information) {
    const uu = -(upperSlope / p - du * du);
    const ll = lowerSlope / p + dl * dl;
    const ul = du * dl;
    const add = (row: number, column: number, amount: number) => {
      information[Math.max(row, column) * size + Math.min(row, column)]! += count * amount;
    };
    if (level < levelCount - 1) add(level, level, uu);
    if (level > 0) add(level - 1, level - 1, ll);
    if (level > 0 && level < levelCount - 1) add(level, level - 1, ul);
    if (strengthAt >= 0) {
      if (level < levelCount - 1) add(strengthAt, level, -(uu + ul));
      if (level > 0) add(strengthAt, level - 1, -(ll + ul));
      add(strengthAt, strengthAt, uu + ll + 2 * ul);
    }
  }
  return count * Math.log(p);
}

function logistic(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}
