/** Left/right bias: whether raters prefer a side of the screen, whatever it shows. */
import { varianceOf } from "./arm-estimates";
import { clusteredProportion, proportionEstimates } from "./clustered-proportion";
import { outcomeLeft, outcomeRight, placesWhere, type VoteTable, valuesAt } from "./vote-table";

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
 * It is unbiased if sides are counterbalanced; Davidson's left advantage also adjusts for imbalance.
 *
 * Which arm is on which side is fixed, not random, so answers vary about the share of left in their own stratum, the
 * two arms as placed (Cochran, Sampling Techniques, 1977, ch. 5), and the effect that slightly unbalanced sides may have on
 * the share is added to the variance. If strata have fewer than two answers on average, answers vary about the
 * overall share.
 */
export function sideBias(table: VoteTable, coverage: number): SideBias {
  const decisive = placesWhere(
    table.voteCount,
    (i) => table.outcome[i] === outcomeLeft || table.outcome[i] === outcomeRight,
  );
  const caption = valuesAt(table.caption, decisive);
  const rater = valuesAt(table.rater, decisive);
  const isLeft = new Float64Array(decisive.length);
  for (let at = 0; at < isLeft.length; at++)
    isLeft[at] = table.outcome[decisive[at]!] === outcomeLeft ? 1 : 0;
  const scores = withinStrata(isLeft, { table, decisive, caption, rater }) ?? isLeft;
  const { low, high, votes } = clusteredProportion(scores, caption, rater, coverage);
  if (low === null || high === null) return { value: null, low, high, votes };
  const share = isLeft.reduce((sum, score) => sum + score, 0) / votes;
  return { value: share - 0.5, low: low - 0.5, high: high - 0.5, votes };
}

/** Scores with the same mean whose variance is that of the mean given the placement; null if it cannot be estimated. */
function withinStrata(
  isLeft: Float64Array,
  {
    table,
    decisive,
    caption,
    rater,
  }: { table: VoteTable; decisive: Int32Array; caption: Int32Array; rater: Int32Array },
): Float64Array | null {
  const { left, right, arms } = table;
  const strata = new Map<number, { left: number; votes: number }>();
  const keys = decisive.map((i) => left[i]! * arms.length + right[i]!);
  for (let at = 0; at < keys.length; at++) {
    const known = strata.get(keys[at]!);
    const stratum = known ?? { left: 0, votes: 0 };
    if (!known) strata.set(keys[at]!, stratum);
    stratum.left += isLeft[at]!;
    stratum.votes++;
  }
  const votes = isLeft.length;
  if (votes < 2 * strata.size) return null;
  const mean = isLeft.reduce((sum, score) => sum + score, 0) / votes;
  const scale = Math.sqrt((votes - 1) / (votes - strata.size));
  const deviations = isLeft.map((score, at) => {
    const stratum = strata.get(keys[at]!)!;
    return scale * (score - stratum.left / stratum.votes);
  });
  const estimates = proportionEstimates(deviations, caption, rater);
  const variance = estimates === null ? 0 : varianceOf(estimates, [{ arm: 0, weight: 1 }]).total;
  if (variance === 0) return null;
  let ofImbalance = 0;
  for (const [key, { left: own, votes: count }] of strata) {
    const mirrored = strata.get((key % arms.length) * arms.length + Math.floor(key / arms.length));
    const [share, other] = [own / count, mirrored ? mirrored.left / mirrored.votes : mean];
    // Both strata of a pair come up, and each adds half.
    const moved = ((count - (mirrored?.votes ?? 0)) * (share - other)) / (2 * votes);
    ofImbalance += moved ** 2 / (mirrored ? 2 : 1);
  }
  const widening = Math.sqrt(1 + ofImbalance / variance);
  return deviations.map((deviation) => mean + widening * deviation);
}
