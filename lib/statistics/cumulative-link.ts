/** The cumulative link model: strengths of arms from ordered scores, without assuming equal steps between the points. */
import { type EstimationMethod, type LogLikelihood, maximise, orWithPrior } from "../numerics/newton";
import { contrastReach, contrastSpread, differenceOf, toArmEstimates } from "./arm-estimates";
import type { Score } from "./likert";
import { observationsToClusters } from "./observation-clusters";
import { ofAllArms } from "./pair-estimates";
import { moveTerms, twoWayJackknife } from "./two-way-jackknife";

export type RelativeStrength = {
  readonly arm: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
};

export type CumulativeLinkFit = {
  /** Log odds of a higher score than the first arm's, by arm; the first arm has 0 and no spread. */
  readonly strengths: readonly RelativeStrength[];
  /** Scores that occur, ascending, or the lowest of each group of them; and the thresholds between neighbours, one fewer. */
  readonly levels: readonly number[];
  readonly thresholds: readonly number[];
  readonly logLikelihood: number;
  /** As for pairwise models: the prior is one pseudo-score per arm, distributed as all scores together. */
  readonly method: EstimationMethod;
};

/** Information of a score at the threshold on the arm's strength. */
const remainder = 0.25;

/** More different scores than this, as sliders give them, are grouped: fine steps say nothing more of strengths. */
const mostLevels = 150;
const groups = 100;

/**
 * Proportional odds, P(score ≤ level k) = 1 / (1 + exp(s_arm - τ_k)) (McCullagh, Journal of the Royal Statistical
 * Society B 42, 1980), by maximum likelihood, with intervals over captions and raters from the two-way jackknife. Null where only one level occurs. More than 150 different scores are taken as 100 levels of about equally many answers.
 */
export function fitCumulativeLink(given: readonly Score[], coverage: number): CumulativeLinkFit | null {
  const scores = groupedScores(given);
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
  const likelihood = (given: Float64Array) => likelihoodOf(given, arms.length, levels.length);
  const result = orWithPrior(maximise(likelihood(counts), start), () => likelihood(padded), start);

  const size = start.length;
  const gradient = new Float64Array(size);
  const information = new Float64Array(size * size);
  const covariance = twoWayJackknife(
    {
      size,
      informationFactor: result.informationFactor,
      observe(i, into) {
        const { arm, score } = scores[i]!;
        const [a, level] = [armOf.get(arm)!, levelOf.get(score)!];
        addScore(result.parameters, levels.length, a, level, 1, gradient, information);
        const own = [
          ...(level > 0 ? [level - 1] : []),
          ...(level < levels.length - 1 ? [level] : []),
          ...(a > 0 ? [levels.length - 2 + a] : []),
        ];
        moveTerms({ size, gradient, information }, own, into);
      },
      widest: 3,
      remainder,
    },
    observationsToClusters(scores),
  );
  const ofStrengths = ofAllArms(covariance, arms.length, levels.length - 1);
  const values = new Float64Array(arms.length);
  values.set(result.parameters.subarray(levels.length - 1), 1);
  const estimates = toArmEstimates(
    arms,
    values,
    // Scores of one rater are correlated, so independence is no bound for differences, except where the prior decides.
    result.method === "maximum-likelihood"
      ? { ...ofStrengths, model: ofStrengths.model.map(() => 0) }
      : ofStrengths,
    observationsToClusters(scores),
    (i) => [armOf.get(scores[i]!.arm)!],
    arms.map(() => 0),
  );
  const strengths = arms.map((arm, a): RelativeStrength => {
    const value = values[a]!;
    const reach = a === 0 ? 0 : contrastReach(contrastSpread(estimates, differenceOf(a, 0)), coverage);
    return { arm, value, low: value - reach, high: value + reach };
  });
  return {
    strengths,
    levels,
    thresholds: [...result.parameters.subarray(0, levels.length - 1)],
    logLikelihood: result.logLikelihood,
    method: result.method,
  };
}

/** Scores as they are, or each as the lowest of its group. */
function groupedScores(scores: readonly Score[]): readonly Score[] {
  const ordered = scores.map(({ score }) => score).sort((a, b) => a - b);
  const distinct = ordered.filter((score, at) => score !== ordered[at - 1]);
  if (distinct.length <= mostLevels) return scores;
  const lowest = Array.from(
    { length: groups },
    (_, k) => ordered[Math.floor((k * ordered.length) / groups)]!,
  );
  const levelOf = new Map<number, number>();
  let group = 0;
  for (const score of distinct) {
    while (group + 1 < groups && lowest[group + 1]! <= score) group++;
    levelOf.set(score, lowest[group]!);
  }
  return scores.map((one) => ({ ...one, score: levelOf.get(one.score)! }));
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
