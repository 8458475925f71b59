/** Variance of a sum over votes whose captions and raters repeat. */
import { compactIndices } from "./compact-indices";
import { studentTQuantile } from "./distributions";
import type { VoteTable } from "./vote-table";

/** Which repeats an interval takes into account. */
export type ClusterBasis = "caption and rater" | "caption" | "rater" | "vote";

/** For each of N observations the caption, the rater and their combination ("cell") that it belongs to. */
export type TwoWayClusters = {
  readonly basis: ClusterBasis;
  readonly captionCount: number;
  readonly raterCount: number;
  readonly cellCount: number;
  readonly caption: Int32Array;
  readonly rater: Int32Array;
  readonly cell: Int32Array;
};

/** The clusters of all votes in a table. */
export function tableToClusters(table: VoteTable): TwoWayClusters {
  return toTwoWayClusters(table.caption, table.rater, table.captions.length, table.raters.length);
}

/** Clusters from one caption index and one rater index per observation. */
export function toTwoWayClusters(
  caption: Int32Array,
  rater: Int32Array,
  captionCount: number,
  raterCount: number,
): TwoWayClusters {
  const key = Float64Array.from(caption, (index, i) => index * raterCount + rater[i]!);
  const [cell, cellCount] = compactIndices(key);
  const basis =
    captionCount > 1 && raterCount > 1
      ? "caption and rater"
      : captionCount > 1
        ? "caption"
        : raterCount > 1
          ? "rater"
          : "vote";
  return { basis, captionCount, raterCount, cellCount, caption, rater, cell };
}

/** Variance estimates of one sum. `total` is the one to use; the others are its ingredients. */
export type TwoWayVariance = {
  readonly caption: number;
  readonly rater: number;
  readonly cell: number;
  readonly total: number;
};

/**
 * Variance of Σ `contributions` over votes that share captions and raters, for contributions with mean zero
 * (residuals or influences), one per observation.
 *
 * V = V_caption + V_rater - V_cell, each the sum of squared cluster totals times G / (G - 1) for G clusters:
 * the noise of single votes is in both of the first two and is taken off once (Cameron, Gelbach & Miller,
 * "Robust inference with multiway clustering", Journal of Business & Economic Statistics 29, 2011). As in
 * MacKinnon, Nielsen & Webb (2021), V is never taken below V_caption or V_rater, which chance could cause.
 * With a single caption or rater that dimension carries no information and is left out.
 */
export function twoWayVariance(clusters: TwoWayClusters, contributions: Float64Array): TwoWayVariance {
  const caption = clusterVariance(clusters.caption, clusters.captionCount, contributions);
  const rater = clusterVariance(clusters.rater, clusters.raterCount, contributions);
  const cell = clusterVariance(clusters.cell, clusters.cellCount, contributions);
  switch (clusters.basis) {
    case "caption and rater":
      return { caption, rater, cell, total: Math.max(caption + rater - cell, caption, rater) };
    case "caption":
      return { caption, rater: 0, cell, total: caption };
    case "rater":
      return { caption: 0, rater, cell, total: rater };
    case "vote":
      return { caption: 0, rater: 0, cell: 0, total: voteVariance(contributions) };
  }
}

/**
 * How many standard errors the central interval of `coverage` reaches to either side: Student's t with one degree
 * of freedom less than the scarcer of captions and raters (MacKinnon, Nielsen & Webb, 2021).
 */
export function criticalValue(clusters: TwoWayClusters, coverage: number): number {
  const { basis, captionCount, raterCount, caption } = clusters;
  const count =
    basis === "caption and rater"
      ? Math.min(captionCount, raterCount)
      : basis === "caption"
        ? captionCount
        : basis === "rater"
          ? raterCount
          : caption.length;
  return studentTQuantile((1 + coverage) / 2, Math.max(count - 1, fewestDegrees));
}

/**
 * With fewer than 5 captions or raters the spread between them can hardly be estimated. Student's t would then
 * claim intervals many times as wide (6.5 times for two); we stop at 4 degrees and say so in a warning.
 */
export const fewestClusters = 5;
const fewestDegrees = fewestClusters - 1;

function clusterVariance(cluster: Int32Array, clusterCount: number, contributions: Float64Array): number {
  if (clusterCount < 2) return 0;
  const totals = new Float64Array(clusterCount);
  for (let i = 0; i < contributions.length; i++) totals[cluster[i]!]! += contributions[i]!;
  let squares = 0;
  for (let c = 0; c < clusterCount; c++) squares += totals[c]! * totals[c]!;
  return (squares * clusterCount) / (clusterCount - 1);
}

function voteVariance(contributions: Float64Array): number {
  let squares = 0;
  for (const contribution of contributions) squares += contribution * contribution;
  return (squares * contributions.length) / Math.max(1, contributions.length - 1);
}
