/** Estimates of arms from pairwise votes. */
import { type ArmEstimates, toArmEstimates } from "./arm-estimates";
import { compactIndices } from "./compact-indices";
import { connectedArms, tableToPairCounts, voteType } from "./pair-counts";
import type { PairwiseFit, PairwiseModel } from "./pairwise-model";
import { toTwoWayClusters } from "./two-way-clusters";
import { type TwoWayCovariance, twoWayJackknife } from "./two-way-jackknife";
import { placesWhere, type VoteTable, valuesAt } from "./vote-table";

/** A vote depends on at most two strengths, the left advantage and the tie parameter. */
const widest = 4;
/** Information of a vote between equals on the strength of either. */
const remainder = 0.25;

/**
 * Log strengths under `model` and their two-way jackknife; without votes between arms there is none.
 *
 * @param table every arm of which took part in a vote other than "both bad"
 */
export function pairEstimates(
  table: VoteTable,
  model: PairwiseModel,
): { fit: PairwiseFit; estimates: ArmEstimates } {
  const counts = tableToPairCounts(table);
  const fit = model.fit(counts);
  const judged = placesWhere(table.voteCount, (i) => voteType(table, i) !== null);
  const column = (values: Int32Array | Uint8Array) => valuesAt(values, judged);
  const [caption, captionCount] = compactIndices(column(table.caption));
  const [rater, raterCount] = compactIndices(column(table.rater));
  const clusters = toTwoWayClusters(caption, rater, captionCount, raterCount);
  const left = column(table.left);
  const right = column(table.right);
  const outcome = column(table.outcome);
  const covariance = twoWayJackknife(
    {
      size: fit.free.length,
      informationFactor: fit.informationFactor,
      observe: (i, into) => model.observe(fit, left[i]!, right[i]!, outcome[i]!, into),
      kindOf: (i) => (left[i]! * table.arms.length + right[i]!) * 3 + outcome[i]!,
      widest,
      remainder,
    },
    clusters,
  );
  const group = new Array<number>(table.arms.length);
  connectedArms(counts).forEach((arms, index) => {
    for (const arm of arms) group[arm] = index;
  });
  return {
    fit,
    estimates: toArmEstimates(
      table.arms,
      fit.logStrength,
      ofAllArms(covariance, table.arms.length),
      clusters,
      (i) => [left[i]!, right[i]!],
      group,
    ),
  };
}

/**
 * Covariances of all arms, of which the first has none.
 *
 * @param from index of the second arm's parameter; those of further arms follow
 */
export function ofAllArms(covariance: TwoWayCovariance, armCount: number, from = 0): TwoWayCovariance {
  const widen = (matrix: Float64Array) => {
    const wide = new Float64Array(armCount * armCount);
    for (let a = 1; a < armCount; a++) {
      for (let b = 1; b < armCount; b++) {
        wide[a * armCount + b] = matrix[(from + a - 1) * covariance.size + from + b - 1]!;
      }
    }
    return wide;
  };
  return {
    size: armCount,
    caption: widen(covariance.caption),
    rater: widen(covariance.rater),
    cell: widen(covariance.cell),
    model: widen(covariance.model),
  };
}
