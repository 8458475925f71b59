/** Krippendorff's α: how much more raters agree than chance would make them. */
import { addAllClusters, addDrawnClusters, toClusterSums } from "./cluster-sums";
import { compactIndices } from "./compact-indices";
import { sortedQuantile } from "./quantiles";
import { createRandom } from "./random";
import { outcomeBothBad, outcomeLeft, outcomeTie, type VoteTable } from "./vote-table";

/** How different two values are: all alike (nominal), by rank (ordinal), by distance (interval). */
export type MeasurementLevel = "nominal" | "ordinal" | "interval";

/** One judgement: what was judged, the value given, and the larger thing (a caption) that `unit` belongs to. */
export type Rating = {
  readonly unit: string | number;
  readonly value: number;
  /** Units of one cluster are resampled together; without it every unit stands for itself. */
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

export type AgreementOptions = {
  readonly level: MeasurementLevel;
  readonly seed: number;
  readonly replicates: number;
  readonly coverage: number;
};

/**
 * α = 1 - observed / expected disagreement over the coincidences of values within units, for any number of
 * raters and missing values (Krippendorff, "Content Analysis", 3rd ed., chapter 11). Undefined (null) where no
 * unit has two ratings or all ratings have one value.
 *
 * The interval is the percentile one from drawing clusters of units with replacement. The raters are taken as
 * given: drawing them anew would pair a rater with himself and call it agreement.
 */
export function krippendorffAlpha(ratings: readonly Rating[], options: AgreementOptions): Agreement {
  const unitIndex = new Map<string | number, number>();
  const clusterIndex = new Map<string | number, number>();
  const values = [...new Set(ratings.map((rating) => rating.value))].sort((a, b) => a - b);
  const valueIndex = new Map(values.map((value, index) => [value, index]));
  const unit = new Int32Array(ratings.length);
  const value = new Int32Array(ratings.length);
  const cluster = new Int32Array(ratings.length);
  ratings.forEach((rating, i) => {
    unit[i] = indexOf(unitIndex, rating.unit);
    value[i] = valueIndex.get(rating.value)!;
    cluster[i] = rating.cluster === undefined ? unit[i]! : indexOf(clusterIndex, rating.cluster);
  });
  return alphaWithInterval({ unit, value, cluster, values }, options);
}

/**
 * Nominal α of pairwise votes. Units are (caption, unordered pair of arms), values the chosen arm, "tie" or
 * "both bad"; captions are resampled. Chance is taken over all arms, of which a pair has two: where nobody ties, answers
 * at random give 1/4 with three arms and nearly 1/2 with many. See `agreementWithinPairs`.
 */
export function voteAgreement(table: VoteTable, options: Omit<AgreementOptions, "level">): Agreement {
  const armCount = table.arms.length;
  const value = Int32Array.from(table.outcome, (outcome, i) =>
    outcome === outcomeTie
      ? armCount
      : outcome === outcomeBothBad
        ? armCount + 1
        : outcome === outcomeLeft
          ? table.left[i]!
          : table.right[i]!,
  );
  const values = Array.from({ length: armCount + 2 }, (_, index) => index);
  const columns = { unit: unitsOfVotes(table), value, cluster: table.caption, values };
  return alphaWithInterval(columns, { ...options, level: "nominal" });
}

/**
 * Nominal α of pairwise votes with chance taken within the pair: 0 is what raters give who answer at random, however
 * many arms there are. Every vote enters as it is and with its two arms exchanged, in a unit of its own, so that the
 * two are equally frequent overall and a preference that all pairs share is agreement and not chance.
 */
export function agreementWithinPairs(table: VoteTable, options: Omit<AgreementOptions, "level">): Agreement {
  const { voteCount } = table;
  const asGiven = unitsOfVotes(table);
  const unit = new Int32Array(2 * voteCount);
  const value = new Int32Array(2 * voteCount);
  const cluster = new Int32Array(2 * voteCount);
  for (let i = 0; i < voteCount; i++) {
    const outcome = table.outcome[i]!;
    const isDecided = outcome !== outcomeTie && outcome !== outcomeBothBad;
    const isFirst = (outcome === outcomeLeft) === table.left[i]! < table.right[i]!;
    for (const exchanged of [0, 1]) {
      const at = 2 * i + exchanged;
      unit[at] = 2 * asGiven[i]! + exchanged;
      value[at] = isDecided ? (isFirst === (exchanged === 0) ? 0 : 1) : outcome === outcomeTie ? 2 : 3;
      cluster[at] = table.caption[i]!;
    }
  }
  const columns = { unit, value, cluster, values: [0, 1, 2, 3] };
  const doubled = alphaWithInterval(columns, { ...options, level: "nominal" });
  return { ...doubled, units: doubled.units / 2, ratings: doubled.ratings / 2 };
}

/** For every vote the index of its caption and unordered pair of arms. */
function unitsOfVotes({ arms, caption, left, right, voteCount }: VoteTable): Int32Array {
  const key = new Float64Array(voteCount);
  for (let i = 0; i < voteCount; i++) {
    const [first, second] = [Math.min(left[i]!, right[i]!), Math.max(left[i]!, right[i]!)];
    key[i] = (caption[i]! * arms.length + first) * arms.length + second;
  }
  return compactIndices(key)[0];
}

/** Per rating the index of its unit, its value (into the ascending `values`) and its cluster. */
type RatingColumns = {
  readonly unit: Int32Array;
  readonly value: Int32Array;
  readonly cluster: Int32Array;
  readonly values: readonly number[];
};

function alphaWithInterval(columns: RatingColumns, options: AgreementOptions): Agreement {
  const { level, seed, replicates, coverage } = options;
  const { clusters, units, ratings } = coincidences(columns);
  const size = columns.values.length;
  const total = new Float64Array(size * size);
  addAllClusters(clusters, total);
  const value = alpha(total, columns.values, level);

  const random = createRandom(seed);
  const drawn: number[] = [];
  if (value !== null && clusters.count > 1) {
    const sum = new Float64Array(size * size);
    for (let r = 0; r < replicates; r++) {
      sum.fill(0);
      addDrawnClusters(clusters, random, sum);
      const replicate = alpha(sum, columns.values, level);
      if (replicate !== null) drawn.push(replicate);
    }
  }
  const sorted = Float64Array.from(drawn).sort();
  const tail = (1 - coverage) / 2;
  return {
    value,
    low: sorted.length > 0 ? sortedQuantile(sorted, tail) : null,
    high: sorted.length > 0 ? sortedQuantile(sorted, 1 - tail) : null,
    units,
    ratings,
  };
}

/** Coincidences o_ck = Σ_units (ordered pairs of ratings with values c and k) / (ratings in the unit - 1). */
function coincidences({ unit, value, cluster, values }: RatingColumns) {
  const size = values.length;
  const ratingsOfUnit: number[][] = [];
  for (let i = 0; i < unit.length; i++) {
    const ratings = ratingsOfUnit[unit[i]!];
    if (ratings) ratings.push(i);
    else ratingsOfUnit[unit[i]!] = [i];
  }
  const entries = { cluster: [] as number[], index: [] as number[], amount: [] as number[] };
  let units = 0;
  let ratings = 0;
  const countOf = new Int32Array(size);
  for (const members of ratingsOfUnit) {
    if (members.length < 2) continue;
    units++;
    ratings += members.length;
    countOf.fill(0);
    for (const i of members) countOf[value[i]!]! += 1;
    const present = [...new Set(members.map((i) => value[i]!))];
    for (const c of present) {
      for (const k of present) {
        const pairs = countOf[c]! * (c === k ? countOf[k]! - 1 : countOf[k]!);
        if (pairs === 0) continue;
        entries.cluster.push(cluster[members[0]!]!);
        entries.index.push(c * size + k);
        entries.amount.push(pairs / (members.length - 1));
      }
    }
  }
  // Clusters without any unit that counts are not part of the sample.
  const [clusterOf, count] = compactIndices(entries.cluster);
  return { clusters: toClusterSums(clusterOf, entries.index, count, entries.amount), units, ratings };
}

/** α of a coincidence matrix; null where it is undefined. */
function alpha(matrix: Float64Array, values: readonly number[], level: MeasurementLevel): number | null {
  const size = values.length;
  const marginal = new Float64Array(size);
  let n = 0;
  for (let c = 0; c < size; c++) {
    for (let k = 0; k < size; k++) marginal[c]! += matrix[c * size + k]!;
    n += marginal[c]!;
  }
  const cumulative = new Float64Array(size + 1);
  for (let c = 0; c < size; c++) cumulative[c + 1] = cumulative[c]! + marginal[c]!;
  let observed = 0;
  let expected = 0;
  for (let c = 0; c < size; c++) {
    if (marginal[c] === 0) continue;
    for (let k = c + 1; k < size; k++) {
      if (marginal[k] === 0) continue;
      const difference =
        level === "nominal"
          ? 1
          : level === "interval"
            ? values[k]! - values[c]!
            : // Ratings from c to k, those at the two ends counted half.
              cumulative[k + 1]! - cumulative[c]! - (marginal[c]! + marginal[k]!) / 2;
      observed += 2 * matrix[c * size + k]! * difference * difference;
      expected += 2 * marginal[c]! * marginal[k]! * difference * difference;
    }
  }
  return expected === 0 ? null : 1 - ((n - 1) * observed) / expected;
}

function indexOf(indexByKey: Map<string | number, number>, key: string | number): number {
  let index = indexByKey.get(key);
  if (index === undefined) {
    index = indexByKey.size;
    indexByKey.set(key, index);
  }
  return index;
}
