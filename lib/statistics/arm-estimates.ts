/** Estimates of arms with everything that intervals of their differences need, in the same form for every question type. */
import { normalQuantile, studentTQuantile, studentTTails } from "../numerics/distributions";
import type { ClusterBasis, TwoWayClusters } from "./two-way-clusters";
import { membersOfClusters, type TwoWayCovariance } from "./two-way-jackknife";

/** Values of A arms on a scale on which differences mean something: log strengths, or mean scores. */
export type ArmEstimates = {
  readonly arms: readonly string[];
  readonly values: Float64Array;
  /** Of the values. */
  readonly covariance: TwoWayCovariance;
  /** How often each arm was judged for which captions and by which raters. */
  readonly captionLoads: Loads;
  readonly raterLoads: Loads;
  readonly basis: ClusterBasis;
  /** Number of answers per caption and per rater. */
  readonly answers: { readonly captions: readonly number[]; readonly raters: readonly number[] };
  /** Of the differences of all pairs of arms, or of the only arm's value. */
  readonly shares: VarianceShares;
  /** For every arm the index of its group: arms of different groups were never compared, directly or indirectly. */
  readonly group: readonly number[];
};

/** Answers per arm and cluster: n_a over all clusters, and Σ over clusters of n_a · n_b (A × A, row-major). */
export type Loads = { readonly totals: Float64Array; readonly products: Float64Array };

/** Mean squares of V_caption / V and V_rater / V over contrasts: how much captions and raters contribute to the variance. */
export type VarianceShares = { readonly caption: number; readonly rater: number };

/** A combination Σ weight · value over some arms, weights adding up to 0. */
export type Contrast = readonly { readonly arm: number; readonly weight: number }[];

export type ContrastSpread = {
  /** From captions and raters. */
  readonly standardError: number;
  /** Assuming that the model is true and all answers are independent; a lower bound for the clustered one. */
  readonly modelStandardError: number;
  /** Of Student's t for `standardError`. */
  readonly degreesOfFreedom: number;
};

export const differenceOf = (first: number, second: number): Contrast => [
  { arm: first, weight: 1 },
  { arm: second, weight: -1 },
];

export function contrastValue({ values }: ArmEstimates, contrast: Contrast): number {
  return contrast.reduce((sum, { arm, weight }) => sum + weight * values[arm]!, 0);
}

/**
 * How a contrast varies over captions and raters. V = V_caption + V_rater - V_cell (Cameron, Gelbach & Miller, Journal
 * of Business & Economic Statistics 29, 2011), never below the first two, each from the two-way jackknife.
 *
 * Degrees of freedom are Satterthwaite's (Biometrics Bulletin 2, 1946): 1 / (share_caption² / f_caption + share_rater² /
 * f_rater), so three raters who agree widen the interval only a little, and three who differ widen it to Student's t with
 * two degrees of freedom. f is the effective number of clusters minus one, (Σ n)² / Σ n² - 1, n being a cluster's answers
 * that show an arm of the contrast, so a rater who gave half of all answers counts for more than one of twenty. Shares are
 * pooled over many contrasts: a single one estimates both V and its shares from the same few raters, so that a V
 * that is too small by chance comes with too many degrees, and the smallest of many P values is too small too often.
 */
export function contrastSpread(
  estimates: ArmEstimates,
  contrast: Contrast,
  shares: VarianceShares = estimates.shares,
): ContrastSpread {
  const { caption, rater, cell, total } = varianceOf(estimates, contrast);
  const { captionLoads, raterLoads, covariance, basis } = estimates;
  const modelStandardError = Math.sqrt(
    Math.max(0, quadraticForm(covariance.model, covariance.size, contrast)),
  );
  if (basis === "vote") {
    // One caption and one rater: only the answers themselves vary.
    const answers = contrast.reduce((sum, { arm }) => sum + captionLoads.totals[arm]!, 0) / contrast.length;
    return { standardError: Math.sqrt(cell), modelStandardError, degreesOfFreedom: Math.max(1, answers - 1) };
  }
  const uncertainty =
    (caption > 0 ? shares.caption / degreesOf(captionLoads, contrast) : 0) +
    (rater > 0 ? shares.rater / degreesOf(raterLoads, contrast) : 0);
  return {
    standardError: Math.sqrt(total),
    modelStandardError,
    degreesOfFreedom: uncertainty > 0 ? Math.max(1, 1 / uncertainty) : Number.POSITIVE_INFINITY,
  };
}

/** @param contrasts whose variances are pooled to estimate how much captions and raters contribute */
export function varianceShares(
  estimates: Omit<ArmEstimates, "shares">,
  contrasts: Iterable<Contrast>,
): VarianceShares {
  let count = 0;
  const sums = { caption: 0, rater: 0 };
  for (const contrast of contrasts) {
    const { caption, rater, total } = varianceOf(estimates, contrast);
    if (total === 0) continue;
    count++;
    sums.caption += (caption / total) ** 2;
    sums.rater += (rater / total) ** 2;
  }
  return { caption: sums.caption / Math.max(1, count), rater: sums.rater / Math.max(1, count) };
}

/** Variance of a contrast over captions and raters, and its components. */
export function varianceOf({ covariance, basis }: Omit<ArmEstimates, "shares">, contrast: Contrast) {
  const over = (matrix: Float64Array) => Math.max(0, quadraticForm(matrix, covariance.size, contrast));
  const caption = over(covariance.caption);
  const rater = over(covariance.rater);
  const cell = over(covariance.cell);
  const total =
    basis === "caption and rater" ? Math.max(caption + rater - cell, caption, rater) : caption + rater;
  return { caption, rater, cell, total };
}

function quadraticForm(matrix: Float64Array, size: number, contrast: Contrast): number {
  let sum = 0;
  for (const { arm, weight } of contrast) {
    for (const other of contrast) sum += weight * other.weight * matrix[arm * size + other.arm]!;
  }
  return sum;
}

/** How far the central interval of `coverage` reaches to either side. */
export function contrastReach(
  { standardError, modelStandardError, degreesOfFreedom }: ContrastSpread,
  coverage: number,
): number {
  const probability = (1 + coverage) / 2;
  return Math.max(
    studentTQuantile(probability, degreesOfFreedom) * standardError,
    normalQuantile(probability) * modelStandardError,
  );
}

/** Two-sided P value of the hypothesis that the contrast is 0, the level at which the interval just reaches 0. */
export function contrastPValue(value: number, spread: ContrastSpread): number {
  if (value === 0) return 1;
  const { standardError, modelStandardError, degreesOfFreedom } = spread;
  return Math.max(
    studentTTails(value / standardError, degreesOfFreedom),
    studentTTails(value / modelStandardError, Number.POSITIVE_INFINITY),
  );
}

/**
 * (Σ n)² / Σ n² - 1 over clusters, for n = Σ |weight| · answers that show the arm; not below 1, where Student's t
 * already reaches 12.7 standard errors.
 */
function degreesOf({ totals, products }: Loads, contrast: Contrast): number {
  let total = 0;
  let squares = 0;
  for (const { arm, weight } of contrast) {
    total += Math.abs(weight) * totals[arm]!;
    for (const other of contrast) {
      squares += Math.abs(weight * other.weight) * products[arm * totals.length + other.arm]!;
    }
  }
  return Math.max(1, (total * total) / squares - 1);
}

/** @param shown indices of the arms that observation i shows */
export function loadsOf(
  cluster: Int32Array,
  clusterCount: number,
  armCount: number,
  shown: (i: number) => readonly number[],
): Loads {
  const totals = new Float64Array(armCount);
  const products = new Float64Array(armCount * armCount);
  const { start, members } = membersOfClusters(cluster, clusterCount);
  const answers = new Float64Array(armCount);
  for (let g = 0; g < clusterCount; g++) {
    const touched: number[] = [];
    for (let at = start[g]!; at < start[g + 1]!; at++) {
      for (const arm of shown(members[at]!)) {
        if (answers[arm] === 0) touched.push(arm);
        answers[arm]! += 1;
      }
    }
    for (const arm of touched) {
      totals[arm]! += answers[arm]!;
      for (const other of touched) products[arm * armCount + other]! += answers[arm]! * answers[other]!;
    }
    for (const arm of touched) answers[arm] = 0;
  }
  return { totals, products };
}

/** Estimates from the parts that every model has. */
export function toArmEstimates(
  arms: readonly string[],
  values: Float64Array,
  covariance: TwoWayCovariance,
  clusters: TwoWayClusters,
  shown: (i: number) => readonly number[],
  group: readonly number[],
): ArmEstimates {
  const estimates = {
    arms,
    values,
    covariance,
    captionLoads: loadsOf(clusters.caption, clusters.captionCount, arms.length, shown),
    raterLoads: loadsOf(clusters.rater, clusters.raterCount, arms.length, shown),
    basis: clusters.basis,
    answers: {
      captions: countsOf(clusters.caption, clusters.captionCount),
      raters: countsOf(clusters.rater, clusters.raterCount),
    },
    group,
  };
  return { ...estimates, shares: varianceShares(estimates, differencesWithin(group)) };
}

/** All differences of arms in the same group; for a single arm, its own value. */
function* differencesWithin(group: readonly number[]): Generator<Contrast> {
  if (group.length === 1) yield [{ arm: 0, weight: 1 }];
  for (let first = 0; first < group.length; first++) {
    for (let second = first + 1; second < group.length; second++) {
      if (group[first] === group[second]) yield differenceOf(first, second);
    }
  }
}

function countsOf(cluster: Int32Array, count: number): number[] {
  const counts = new Array<number>(count).fill(0);
  for (const index of cluster) counts[index]! += 1;
  return counts;
}
