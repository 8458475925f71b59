/** Krippendorff's α: how much more raters agree than they would by chance. */
import { alphaInterval } from "./alpha-interval";
import { Coincidences, countedRatings, type MeasurementLevel, type RatingColumns } from "./coincidences";
import { compactIndices } from "./compact-indices";
import { outcomeBothBad, outcomeLeft, outcomeTie, type VoteTable } from "./vote-table";

/** One judgement: what was judged, by whom, the value given, and the larger unit (a caption) that `unit` belongs to. */
export type Rating = {
  readonly unit: string | number;
  readonly value: number;
  /** Who judged; without it raters are treated as fixed, and the interval is over units only. */
  readonly rater?: string | number;
  /** Units of one cluster vary together; without it every unit is a cluster of its own. */
  readonly cluster?: string | number;
};

export type Agreement = {
  /** 1 is perfect agreement, 0 is chance, below 0 is systematic disagreement; null where it is undefined. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Units with at least two ratings; only these count. */
  readonly units: number;
  /** Ratings in those units. */
  readonly ratings: number;
};

export type AgreementOptions = { readonly level: MeasurementLevel; readonly coverage: number };

/**
 * α = 1 - observed / expected disagreement over the coincidences of values within units, for any number of
 * raters and missing values (Krippendorff, "Content Analysis", 3rd ed., chapter 11). Undefined (null) where no
 * unit has two ratings or all ratings have one value.
 *
 * The interval is over units and raters, see `alphaInterval`; no rater is ever paired with themselves, as
 * would happen if raters were resampled.
 */
export function krippendorffAlpha(ratings: readonly Rating[], options: AgreementOptions): Agreement {
  const unitIndex = new Map<string | number, number>();
  const clusterIndex = new Map<string | number, number>();
  const values = [...new Set(ratings.map((rating) => rating.value))].sort((a, b) => a - b);
  const valueIndex = new Map(values.map((value, index) => [value, index]));
  const unit = new Int32Array(ratings.length);
  const value = new Int32Array(ratings.length);
  const cluster = new Int32Array(ratings.length);
  const rater = new Int32Array(ratings.length);
  const raterIndex = new Map<string | number, number>();
  ratings.forEach((rating, i) => {
    unit[i] = indexOf(unitIndex, rating.unit);
    value[i] = valueIndex.get(rating.value)!;
    rater[i] = rating.rater === undefined ? 0 : indexOf(raterIndex, rating.rater);
    cluster[i] = rating.cluster === undefined ? unit[i]! : indexOf(clusterIndex, rating.cluster);
  });
  return alphaWithInterval({ unit, value, cluster, rater, values }, options);
}

/**
 * Nominal α of pairwise votes. Units are (caption, unordered pair of arms), values the chosen arm, "tie" or
 * "both bad". Chance is taken over all arms, of which a pair has two: where nobody ties, answers
 * at random give 1/4 with three arms and nearly 1/2 with many. See `agreementWithinPairs`.
 */
export function voteAgreement(table: VoteTable, options: Pick<AgreementOptions, "coverage">): Agreement {
  const armCount = table.arms.length;
  const value = valuesOfVotes(table, (i) => {
    const outcome = table.outcome[i]!;
    if (outcome === outcomeTie) return armCount;
    if (outcome === outcomeBothBad) return armCount + 1;
    return outcome === outcomeLeft ? table.left[i]! : table.right[i]!;
  });
  const values = Array.from({ length: armCount + 2 }, (_, index) => index);
  const columns = { unit: unitsOfVotes(table), value, cluster: table.caption, rater: table.rater, values };
  return alphaWithInterval(columns, { ...options, level: "nominal" });
}

/**
 * Nominal α of pairwise votes with chance taken within the pair: raters who answer at random get 0, however
 * many arms there are. Every vote also enters with its two arms exchanged, in a separate unit, so that the
 * two are equally frequent overall and a preference common to all pairs counts as agreement, not as chance.
 */
export function agreementWithinPairs(
  table: VoteTable,
  options: Pick<AgreementOptions, "coverage">,
): Agreement {
  const value = valuesOfVotes(table, (i) => {
    const outcome = table.outcome[i]!;
    if (outcome === outcomeTie) return 2;
    if (outcome === outcomeBothBad) return 3;
    return Number((outcome === outcomeLeft) !== table.left[i]! < table.right[i]!);
  });
  return alphaWithInterval(
    { unit: unitsOfVotes(table), value, cluster: table.caption, rater: table.rater, values: [0, 1, 2, 3] },
    { ...options, level: "nominal" },
    [1, 0, 2, 3],
  );
}

function valuesOfVotes({ voteCount }: VoteTable, toValue: (i: number) => number): Int32Array {
  const value = new Int32Array(voteCount);
  for (let i = 0; i < voteCount; i++) value[i] = toValue(i);
  return value;
}

/** For every vote the index of its caption and unordered pair of arms. */
function unitsOfVotes({ arms, caption, left, right, voteCount }: VoteTable): Int32Array {
  const key = new Float64Array(voteCount);
  for (let i = 0; i < voteCount; i++) {
    const first = Math.min(left[i]!, right[i]!);
    const second = Math.max(left[i]!, right[i]!);
    key[i] = (caption[i]! * arms.length + first) * arms.length + second;
  }
  return compactIndices(key)[0];
}

/** @param exchange every rating also counts as the value that this returns for it, in a separate unit */
function alphaWithInterval(
  all: RatingColumns,
  { level, coverage }: AgreementOptions,
  exchange?: readonly number[],
): Agreement {
  const columns = countedRatings(all);
  const coincidences = new Coincidences(columns, level, exchange);
  const { length } = columns.unit;
  coincidences.addAll();
  const value = coincidences.alpha();
  const units = length === 0 ? 0 : columns.unit[length - 1]! + 1;
  const { low, high } =
    value === null ? { low: null, high: null } : alphaInterval(coincidences, columns, value, coverage);
  return { value, low, high, units, ratings: length };
}

function indexOf(indexByKey: Map<string | number, number>, key: string | number): number {
  let index = indexByKey.get(key);
  if (index === undefined) {
    index = indexByKey.size;
    indexByKey.set(key, index);
  }
  return index;
}
