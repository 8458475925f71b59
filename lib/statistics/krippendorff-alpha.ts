/** Krippendorff's α: how much more raters agree than chance would make them. */

import { normalQuantile, studentTQuantile } from "../numerics/distributions";
import { wilsonInterval } from "./clustered-proportion";
import { compactIndices } from "./compact-indices";
import { toTwoWayClusters } from "./two-way-clusters";
import { membersOfClusters } from "./two-way-jackknife";
import { outcomeBothBad, outcomeLeft, outcomeTie, type VoteTable } from "./vote-table";

/** How different two values are: all alike (nominal), by rank (ordinal), by distance (interval). */
export type MeasurementLevel = "nominal" | "ordinal" | "interval";

/** One judgement: what was judged, by whom, the value given, and the larger thing (a caption) that `unit` belongs to. */
export type Rating = {
  readonly unit: string | number;
  readonly value: number;
  /** Who judged; without it raters are taken as given, and the interval is about other units alone. */
  readonly rater?: string | number;
  /** Units of one cluster vary together; without it every unit stands for itself. */
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
 * The interval is about other units and other raters: from the two-way jackknife, on the scale of log(1 - α), the log
 * ratio of the two disagreements, with Student's t. Leaving out a rater takes that rater's part out of every unit; no
 * rater is ever paired with himself, as resampling raters would do.
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
  const columns = { unit: unitsOfVotes(table), value, cluster: table.caption, rater: table.rater, values };
  return alphaWithInterval(columns, { ...options, level: "nominal" });
}

/**
 * Nominal α of pairwise votes with chance taken within the pair: 0 is what raters give who answer at random, however
 * many arms there are. Every vote enters as it is and with its two arms exchanged, in a unit of its own, so that the
 * two are equally frequent overall and a preference that all pairs share is agreement and not chance.
 */
export function agreementWithinPairs(
  table: VoteTable,
  options: Pick<AgreementOptions, "coverage">,
): Agreement {
  const value = Int32Array.from(table.outcome, (outcome, i) =>
    outcome === outcomeTie
      ? 2
      : outcome === outcomeBothBad
        ? 3
        : Number((outcome === outcomeLeft) !== table.left[i]! < table.right[i]!),
  );
  return alphaWithInterval(
    { unit: unitsOfVotes(table), value, cluster: table.caption, rater: table.rater, values: [0, 1, 2, 3] },
    { ...options, level: "nominal" },
    [1, 0, 2, 3],
  );
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

/** Per rating the index of its unit, its value (into the ascending `values`), its cluster and its rater. */
type RatingColumns = {
  readonly unit: Int32Array;
  readonly value: Int32Array;
  readonly cluster: Int32Array;
  readonly rater: Int32Array;
  readonly values: readonly number[];
};

/** @param exchange every rating counts as it is, and as the value that this gives for it, in a unit of its own */
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
    value === null ? { low: null, high: null } : jackknifeInterval(coincidences, columns, value, coverage);
  return { value, low, high, units, ratings: length };
}

/** The ratings of units that have at least two, by unit, all indices renumbered. */
function countedRatings({ unit, value, cluster, rater, values }: RatingColumns): RatingColumns {
  const unitCount = unit.reduce((most, index) => Math.max(most, index + 1), 0);
  const { start, members } = membersOfClusters(unit, unitCount);
  const order = members.filter((i) => start[unit[i]! + 1]! - start[unit[i]!]! > 1);
  const inOrder = (column: Int32Array) => order.map((i) => column[i]!);
  return {
    unit: compactIndices(inOrder(unit))[0],
    value: inOrder(value),
    cluster: compactIndices(inOrder(cluster))[0],
    rater: compactIndices(inOrder(rater))[0],
    values,
  };
}

/**
 * Coincidences o_ck = Σ_units (ordered pairs of ratings with values c and k) / (ratings in the unit - 1), to which
 * units, whole or without some of their ratings, are added and from which they are taken.
 */
class Coincidences {
  readonly #columns: RatingColumns;
  readonly #level: MeasurementLevel;
  /** For every unit its values with their counts: those of unit u at `#first[u]` … `#first[u + 1] - 1`. */
  readonly #first: Int32Array;
  readonly #value: Int32Array;
  readonly #count: Int32Array;
  readonly #size: Int32Array;
  readonly #marginal: Float64Array;
  /** Σ o_cc: all that nominal α needs beside the marginals, so that hundreds of values cost little. */
  #agreement = 0;
  readonly #matrix: Float64Array;
  readonly #exchange: readonly number[] | undefined;

  /** @param exchange as for `alphaWithInterval`, for nominal values */
  constructor(columns: RatingColumns, level: MeasurementLevel, exchange?: readonly number[]) {
    this.#exchange = exchange;
    const size = columns.values.length;
    const { unit, value } = columns;
    this.#columns = columns;
    this.#level = level;
    const unitCount = unit.length === 0 ? 0 : unit[unit.length - 1]! + 1;
    this.#first = new Int32Array(unitCount + 1);
    this.#value = new Int32Array(unit.length);
    this.#count = new Int32Array(unit.length);
    this.#size = new Int32Array(unitCount);
    let entries = 0;
    for (let i = 0; i < unit.length; ) {
      const own = unit[i]!;
      const first = entries;
      for (; i < unit.length && unit[i] === own; i++) {
        let at = first;
        while (at < entries && this.#value[at] !== value[i]) at++;
        if (at === entries) this.#value[entries++] = value[i]!;
        this.#count[at]! += 1;
        this.#size[own]! += 1;
      }
      this.#first[own + 1] = entries;
    }
    this.#marginal = new Float64Array(size);
    this.#matrix = new Float64Array(level === "nominal" ? 0 : size * size);
  }

  addAll(): void {
    for (let unit = 0; unit < this.#size.length; unit++) this.#add(unit, [], 1);
  }

  /** α without the given ratings (indices, ascending), or of all; null where it is undefined. */
  alphaWithout(ratings: Int32Array): number | null {
    this.#move(ratings, -1);
    const value = this.alpha();
    this.#move(ratings, 1);
    return value;
  }

  /** Takes the ratings out of their units (-1), or puts them back (1). */
  #move(ratings: Int32Array, sign: 1 | -1): void {
    const { unit } = this.#columns;
    for (let from = 0; from < ratings.length; ) {
      const own = unit[ratings[from]!]!;
      let to = from + 1;
      while (to < ratings.length && unit[ratings[to]!] === own) to++;
      this.#add(own, [], sign);
      this.#add(own, ratings.subarray(from, to), sign === 1 ? -1 : 1);
      from = to;
    }
  }

  /** Adds a unit without some of its ratings, or takes it off. */
  #add(unit: number, left: ArrayLike<number>, sign: 1 | -1): void {
    const size = this.#size[unit]! - left.length;
    if (size < 2) return;
    const end = this.#first[unit + 1]!;
    for (let at = this.#first[unit]!; at < end; at++) {
      const c = this.#value[at]!;
      const count = this.#countWithout(at, left);
      this.#marginal[c]! += sign * count;
      this.#agreement += (sign * count * (count - 1)) / (size - 1);
      if (this.#matrix.length === 0) continue;
      for (let other = this.#first[unit]!; other < end; other++) {
        const k = this.#value[other]!;
        const pairs = count * (other === at ? count - 1 : this.#countWithout(other, left));
        this.#matrix[c * this.#marginal.length + k]! += (sign * pairs) / (size - 1);
      }
    }
  }

  #countWithout(at: number, left: ArrayLike<number>): number {
    let count = this.#count[at]!;
    for (let i = 0; i < left.length; i++) {
      if (this.#columns.value[left[i]!] === this.#value[at]) count--;
    }
    return count;
  }

  /** α of all that is in; null where it is undefined. */
  alpha(): number | null {
    const marginal = this.#marginal;
    const size = marginal.length;
    const copies = this.#exchange ? 2 : 1;
    let n = 0;
    let squares = 0;
    for (let c = 0; c < size; c++) {
      const exchanged = this.#exchange ? marginal[this.#exchange[c]!]! : 0;
      n += copies * marginal[c]!;
      squares += (marginal[c]! + exchanged) ** 2;
    }
    if (this.#level === "nominal") {
      const expected = n * n - squares;
      return expected < 0.5 ? null : 1 - ((n - 1) * (n - copies * this.#agreement)) / expected;
    }
    const { values } = this.#columns;
    let observed = 0;
    let expected = 0;
    for (let c = 0; c < size; c++) {
      let between = 0;
      for (let k = c + 1; k < size; k++) {
        // Ratings from c to k, those at the two ends counted half.
        const ranks = (marginal[c]! + marginal[k]!) / 2 + between;
        const difference = this.#level === "interval" ? values[k]! - values[c]! : ranks;
        between += marginal[k]!;
        observed += this.#matrix[c * size + k]! * difference * difference;
        expected += marginal[c]! * marginal[k]! * difference * difference;
      }
    }
    return expected < 1e-9 ? null : 1 - ((n - 1) * observed) / expected;
  }
}

/**
 * Bounds from the two-way jackknife of log(1 - α). Null where nothing repeats, or where α hangs on one caption, rater or
 * answer without which there is none. Full agreement has no spread: its lower bound is Wilson's for no disagreement
 * among as many ratings.
 */
function jackknifeInterval(
  coincidences: Coincidences,
  { cluster, rater }: RatingColumns,
  value: number,
  coverage: number,
): { low: number | null; high: number | null } {
  const clusters = toTwoWayClusters(cluster, rater, countOf(cluster), countOf(rater));
  const ratings = cluster.length;
  // Full agreement has no logarithm; it is then judged as if one answer in all had been another.
  const leastDisagreement = 1 / (ratings + 1);
  const scale = (alpha: number) => Math.log(Math.max(1 - alpha, leastDisagreement));
  let isDefinedWithout = true;
  const over = (of: Int32Array, count: number) => {
    if (count < 2) return 0;
    const { start, members } = membersOfClusters(of, count);
    let squares = 0;
    for (let g = 0; g < count; g++) {
      const without = coincidences.alphaWithout(members.subarray(start[g]!, start[g + 1]!));
      // Of two raters, neither alone has an α: the interval is then one over captions.
      if (without === null) isDefinedWithout &&= count === 2;
      else squares += (scale(without) - scale(value)) ** 2;
    }
    return ((count - 1) / count) * squares;
  };
  if (clusters.captionCount < 2 && clusters.raterCount < 2) return { low: null, high: null };
  const byCluster = over(cluster, clusters.captionCount);
  const byRater = over(rater, clusters.raterCount);
  const byCell = clusters.basis === "caption and rater" ? over(clusters.cell, clusters.cellCount) : 0;
  if (!isDefinedWithout) return { low: null, high: null };
  const [clusterDegrees, raterDegrees] = [
    degreesOf(cluster, clusters.captionCount),
    degreesOf(rater, clusters.raterCount),
  ];
  // α is about pairs of ratings, each of which is left out with either of its raters: the noise of single pairs is in
  // the parts of raters and cells more than once, and in their difference not at all. What few raters leave of that
  // difference may be nothing by chance, so a share as large as its own uncertainty stays.
  const ofRaters = Math.max(byRater - byCell, byRater / raterDegrees);
  const variance = byCluster + ofRaters;
  const uncertainty = byCluster ** 2 / clusterDegrees + ofRaters ** 2 / raterDegrees;
  const degrees = uncertainty > 0 ? Math.max(1, variance ** 2 / uncertainty) : 1;
  const reach = studentTQuantile((1 + coverage) / 2, degrees) * Math.sqrt(variance);
  const [low, high] = [1 - Math.exp(scale(value) + reach), 1 - Math.exp(scale(value) - reach)];
  if (1 - value >= leastDisagreement) return { low, high };
  const { low: leastAgreement } = wilsonInterval(1, ratings, normalQuantile((1 + coverage) / 2));
  return { low: Math.min(low, leastAgreement), high: Math.max(high, value) };
}

function countOf(indices: Int32Array): number {
  return indices.reduce((most, index) => Math.max(most, index + 1), 0);
}

/** One less than the effective number of clusters, (Σ n)² / Σ n², and at least 1. */
function degreesOf(cluster: Int32Array, count: number): number {
  const { start } = membersOfClusters(cluster, count);
  let squares = 0;
  for (let g = 0; g < count; g++) squares += (start[g + 1]! - start[g]!) ** 2;
  return Math.max(1, cluster.length ** 2 / squares - 1);
}

function indexOf(indexByKey: Map<string | number, number>, key: string | number): number {
  let index = indexByKey.get(key);
  if (index === undefined) {
    index = indexByKey.size;
    indexByKey.set(key, index);
  }
  return index;
}
