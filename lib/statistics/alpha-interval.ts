/** The interval of Krippendorff's α over captions and raters. */
import { normalQuantile, studentTQuantile } from "../numerics/distributions";
import { wilsonInterval } from "./clustered-proportion";
import type { Coincidences, RatingColumns } from "./coincidences";
import { type TwoWayClusters, toTwoWayClusters } from "./two-way-clusters";
import { membersOfClusters } from "./two-way-jackknife";

/** What the interval needs to know of an α, with whatever distance between answers. */
export type AlphaTerms = Pick<Coincidences, "alphaWithout" | "leastAlpha" | "eachPair">;

/**
 * Bounds symmetric in log(1 - α), the log ratio of the two disagreements, with Student's t and Satterthwaite's degrees.
 * The variance over captions is that of the jackknife; the one over raters comes from what each pair of raters adds, see
 * `raterVariance`, so it is defined even if one rater judged every unit and α is undefined without them.
 *
 * Null if no caption or rater repeats, or if α is undefined without one of the captions. Full agreement has no spread:
 * its lower bound is Wilson's for no disagreement among as many ratings. No bound is below the least α that these
 * ratings could have.
 */
export function alphaInterval(
  coincidences: AlphaTerms,
  { cluster, rater }: Pick<RatingColumns, "cluster" | "rater">,
  value: number,
  coverage: number,
): { low: number | null; high: number | null } {
  const ratings = cluster.length;
  const clusters = toTwoWayClusters(cluster, rater, countOf(cluster), countOf(rater));
  const ofCaptions = captionVariance(coincidences, clusters, value);
  if (ofCaptions === null || (clusters.captionCount < 2 && clusters.raterCount < 2)) {
    return { low: null, high: null };
  }
  if (1 - value < leastDisagreement(ratings)) {
    const { low } = wilsonInterval(1, ratings, normalQuantile((1 + coverage) / 2));
    return { low, high: value };
  }
  const ofRaters = raterVariance(coincidences, clusters);
  const variance = ofCaptions + ofRaters.variance;
  const captionDegrees = effectiveDegrees(cluster, clusters.captionCount);
  const uncertainty = ofCaptions ** 2 / captionDegrees + ofRaters.variance ** 2 / ofRaters.degrees;
  const degrees = uncertainty > 0 ? Math.max(1, variance ** 2 / uncertainty) : 1;
  const reach = studentTQuantile((1 + coverage) / 2, degrees) * Math.sqrt(variance);
  return {
    low: Math.max(1 - (1 - value) * Math.exp(reach), coincidences.leastAlpha()),
    high: 1 - (1 - value) * Math.exp(-reach),
  };
}

/** Full agreement has no logarithm; it is treated as if a single answer had been different. */
function leastDisagreement(ratings: number): number {
  return 1 / (ratings + 1);
}

/** The jackknife of log(1 - α) over captions; null where one of them cannot be left out. */
function captionVariance(
  coincidences: AlphaTerms,
  { caption, captionCount }: TwoWayClusters,
  value: number,
): number | null {
  if (captionCount < 2) return 0;
  const scale = (alpha: number) => Math.log(Math.max(1 - alpha, leastDisagreement(caption.length)));
  const { start, members } = membersOfClusters(caption, captionCount);
  let squares = 0;
  for (let g = 0; g < captionCount; g++) {
    const without = coincidences.alphaWithout(members.subarray(start[g]!, start[g + 1]!));
    // With two captions, α may be undefined on either alone: the interval is then over raters only.
    if (without === null && captionCount > 2) return null;
    if (without !== null) squares += (scale(without) - scale(value)) ** 2;
  }
  return ((captionCount - 1) / captionCount) * squares;
}

/**
 * The variance that raters contribute to log(1 - α), beyond that of captions and single answers. A pair of raters
 * r, s that makes up the share ω of all pairs deviates by h_r + h_s, with independent effects h of variance σ²; α then has
 * variance σ² Σ W², where W is each rater's share of all pairs (ΣW = 2).
 *
 * σ² is estimated by the method of moments, from how much raters differ: Q = Σ T² / W, T being the influence of all pairs
 * with a rater. Its expectation is σ² tr M for M = S D⁻¹ S - 2 W Wᵀ, with D = diag(W) and S = D + Ω, plus the noise of
 * captions and answers, which is estimated from the captions and subtracted. As Q is a quadratic form in h, its degrees of
 * freedom are (tr M)² / tr M² (Satterthwaite, Biometrics Bulletin 2, 1946). With few raters the difference may be zero
 * by chance, so a part of Q always remains: half divided by the degrees of freedom. (In simulations three raters
 * with strong tastes are covered in 82 to 91% without it, and several designs in 98 to 99.6% with twice as much.)
 *
 * 0 for two raters, who form one pair and say nothing about other raters.
 */
function raterVariance(
  coincidences: AlphaTerms,
  { caption, rater, cell, captionCount, raterCount, cellCount }: TwoWayClusters,
): { variance: number; degrees: number } {
  const none = { variance: 0, degrees: 1 };
  if (raterCount < 3) return none;
  const influence = new Float64Array(raterCount);
  const ofCell = new Float64Array(cellCount);
  const ofCaption = new Float64Array(captionCount);
  const part = new Float64Array(raterCount);
  const together = new WeightsOfPairs(raterCount);
  coincidences.eachPair((i, j, weight, own) => {
    const [one, other] = [rater[i]!, rater[j]!];
    ofCaption[caption[i]!]! += own;
    influence[one]! += own;
    influence[other]! += own;
    ofCell[cell[i]!]! += own;
    ofCell[cell[j]!]! += own;
    part[one]! += weight;
    part[other]! += weight;
    together.add(one, other, weight);
  });
  const squaredParts = sumOfSquares(part);
  const { trace, traceOfSquare } = tracesOf(together.rows(part), part, squaredParts);
  if (trace < 1e-9) return none;
  const degrees = Math.max(1, trace ** 2 / traceOfSquare);
  const squares = influence.reduce((sum, own, r) => sum + (part[r]! > 0 ? own ** 2 / part[r]! : 0), 0);
  const scale = squaredParts / trace;
  const noise = captionCount > 1 ? noiseOf({ ofCell, ofCaption, part, caption, rater, cell }) : 0;
  return { variance: scale * Math.max(squares - noise, squares / (2 * degrees)), degrees };
}

/** How much weight every two raters have together, for those who have any: symmetric, and each pair once. */
class WeightsOfPairs {
  readonly #raterCount: number;
  readonly #placeOf = new Map<number, number>();
  readonly #pairs: [one: number, other: number][] = [];
  readonly #weights: number[] = [];

  constructor(raterCount: number) {
    this.#raterCount = raterCount;
  }

  add(i: number, j: number, weight: number): void {
    const [one, other] = i < j ? [i, j] : [j, i];
    const key = one * this.#raterCount + other;
    const place = this.#placeOf.get(key);
    if (place === undefined) {
      this.#placeOf.set(key, this.#pairs.length);
      this.#pairs.push([one, other]);
      this.#weights.push(weight);
    } else this.#weights[place]! += weight;
  }

  /** The rows of a matrix. @param diagonal of all raters; of those without a pair nothing is in it */
  rows(diagonal: Float64Array): ReadonlyMap<number, number>[] {
    const rows = Array.from(diagonal, () => new Map<number, number>());
    this.#pairs.forEach(([one, other], place) => {
      const weight = this.#weights[place]!;
      for (const each of [one, other]) {
        if (rows[each]!.size === 0) rows[each]!.set(each, diagonal[each]!);
      }
      if (one === other) rows[one]!.set(one, rows[one]!.get(one)! + 2 * weight);
      else {
        rows[one]!.set(other, weight);
        rows[other]!.set(one, weight);
      }
    });
    return rows;
  }
}

/** tr M and tr M² for M = S D⁻¹ S - 2 W Wᵀ, where S is sparse. */
function tracesOf(
  s: readonly ReadonlyMap<number, number>[],
  part: Float64Array,
  squaredParts: number,
): { trace: number; traceOfSquare: number } {
  const row = new Float64Array(part.length);
  let trace = -2 * squaredParts;
  // |S D⁻¹ S - 2 W Wᵀ|² = |S D⁻¹ S|² - 4 Wᵀ S D⁻¹ S W + 4 (ΣW²)²
  let traceOfSquare = 4 * squaredParts ** 2;
  for (const [i, own] of s.entries()) {
    const touched = new Set<number>();
    let weighted = 0;
    for (const [k, value] of own) {
      weighted += value * part[k]!;
      for (const [j, other] of s[k]!) {
        row[j]! += (value * other) / part[k]!;
        touched.add(j);
      }
    }
    if (part[i]! > 0) traceOfSquare -= (4 * weighted ** 2) / part[i]!;
    trace += row[i]!;
    for (const j of touched) {
      traceOfSquare += row[j]! ** 2;
      row[j] = 0;
    }
  }
  return { trace, traceOfSquare };
}

/** Σ over raters and captions of (t - W u)² / W, t being the influence of a rater in a caption and u that of the caption. */
function noiseOf({
  ofCell,
  ofCaption,
  part,
  caption,
  rater,
  cell,
}: Pick<TwoWayClusters, "caption" | "rater" | "cell"> & {
  ofCell: Float64Array;
  ofCaption: Float64Array;
  part: Float64Array;
}): number {
  // Σ (t² / W - 2 t u + W u²); the last term sums to 2 Σ u² over all captions, whether or not the rater saw them.
  let noise = 2 * sumOfSquares(ofCaption);
  const isCounted = new Uint8Array(ofCell.length);
  cell.forEach((own, i) => {
    if (isCounted[own]) return;
    isCounted[own] = 1;
    const [t, u] = [ofCell[own]!, ofCaption[caption[i]!]!];
    noise += t ** 2 / part[rater[i]!]! - 2 * t * u;
  });
  return noise;
}

function sumOfSquares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value ** 2, 0);
}

function countOf(indices: Int32Array): number {
  return indices.reduce((most, index) => Math.max(most, index + 1), 0);
}

/** The effective number of clusters, (Σ n)² / Σ n², minus 1, but at least 1. */
function effectiveDegrees(cluster: Int32Array, count: number): number {
  const { start } = membersOfClusters(cluster, count);
  let squares = 0;
  for (let g = 0; g < count; g++) squares += (start[g + 1]! - start[g]!) ** 2;
  return Math.max(1, cluster.length ** 2 / squares - 1);
}
