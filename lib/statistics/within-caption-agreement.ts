/** Whether a metric orders two images of one caption as people do, which is the purpose of a caption metric. */
import { normalQuantile, studentTQuantile } from "../numerics/distributions";
import { wilsonInterval } from "./clustered-proportion";
import { generalizedReach, type MeanSquare } from "./generalized-reach";
import { createRandom, type Random } from "./random";
import type { Vote } from "./vote";

export type WithinCaptionAgreement = {
  /** Share of `pairs` that the metric orders as people do, higher values being better; 0.5 is chance. */
  readonly value: number;
  /** Over captions and raters; null if all pairs are of one caption. */
  readonly low: number | null;
  readonly high: number | null;
  /** Pairs of images of one caption in which people prefer one image. */
  readonly pairs: number;
  readonly captions: number;
  readonly raters: number;
  /** Pairs with equally many votes for both images: they are left out. */
  readonly tiedByPeople: number;
  /** Of `pairs`, those with equal values: each counts as half agreement. */
  readonly tiedByMetric: number;
  /** How much people agree with each other; null if no pair was judged by two raters. */
  readonly people: SplitHalf | null;
};

/** Each pair's raters are split at random into halves; averaged over many splits. */
export type SplitHalf = {
  /** Share of pairs that both halves order alike: the most that a metric can be expected to reach. */
  readonly value: number;
  /** The same share for the metric against such halves, which are less certain about a pair than all its raters together. */
  readonly metric: number;
  /** Pairs judged by at least two raters. */
  readonly pairs: number;
};

type JudgedPair = {
  readonly caption: string;
  /** Sign of the metric's difference between the two images. */
  readonly metric: number;
  /** By rater: comparisons that the first image won minus those that it lost. */
  readonly balances: ReadonlyMap<string, number>;
};

type Options = { readonly seed: number; readonly coverage: number; readonly splits?: number };

/**
 * People's order of a pair is that of the majority of its comparisons; ties and "both bad" do not count.
 *
 * The variance has two parts. One is that of the captions' deviations from the share, with G / (G - 1), which contains the noise of
 * single answers too. The other is due to raters' tastes, from the effect of leaving out a rater's answers to a caption
 * minus its mean: the sum over raters of squared totals minus the sum over single captions (Cameron, Gelbach &
 * Miller 2011), but at least 0. Bounds are Wilson's for the number of pairs that would give the same reach, see
 * `generalizedReach`.
 *
 * @param metricValue the metric's value of an arm's image of a caption; undefined where it has none
 * @returns null where people and metric have no pair in common
 */
export function withinCaptionAgreement(
  votes: readonly Vote[],
  metricValue: (caption: string, arm: string) => number | undefined,
  { seed, coverage, splits = 100 }: Options,
): WithinCaptionAgreement | null {
  const judged = judgedPairs(votes, metricValue);
  const ordered = judged.filter(({ balances }) => orderOf(balances) !== 0);
  if (ordered.length === 0) return null;
  const agreements = ordered.map(({ metric, balances }) => agreementOf(metric, orderOf(balances)));
  const value = mean(agreements);
  const captions = new Set(ordered.map(({ caption }) => caption)).size;
  return {
    value,
    ...intervalOf(ordered, agreements, value, coverage),
    pairs: ordered.length,
    captions,
    raters: new Set(ordered.flatMap(({ balances }) => [...balances.keys()])).size,
    tiedByPeople: judged.length - ordered.length,
    tiedByMetric: ordered.filter(({ metric }) => metric === 0).length,
    people: splitHalf(judged, createRandom(seed), splits),
  };
}

function judgedPairs(
  votes: readonly Vote[],
  metricValue: (caption: string, arm: string) => number | undefined,
): JudgedPair[] {
  const pairs = new Map<string, { caption: string; metric: number; balances: Map<string, number> }>();
  for (const { caption, rater, left, right, winner } of votes) {
    if (winner === "both_bad") continue;
    const [first, second] = left < right ? [left, right] : [right, left];
    const values = [metricValue(caption, first), metricValue(caption, second)];
    if (values[0] === undefined || values[1] === undefined) continue;
    const key = JSON.stringify([caption, first, second]);
    const pair = pairs.get(key) ?? { caption, metric: Math.sign(values[0] - values[1]), balances: new Map() };
    pairs.set(key, pair);
    const won = winner === "tie" ? 0 : (winner === "left") === (left === first) ? 1 : -1;
    pair.balances.set(rater, (pair.balances.get(rater) ?? 0) + won);
  }
  return [...pairs.values()];
}

function orderOf(balances: ReadonlyMap<string, number>, without?: string): number {
  let sum = 0;
  for (const [rater, balance] of balances) if (rater !== without) sum += balance;
  return Math.sign(sum);
}

/** 1 for the same order, 0 for opposite ones, 0.5 where one of the two is a tie. */
function agreementOf(one: number, other: number): number {
  return (1 + one * other) / 2;
}

function intervalOf(
  pairs: readonly JudgedPair[],
  agreements: readonly number[],
  value: number,
  coverage: number,
): { low: number | null; high: number | null } {
  const byCaption = new Map<string, number>();
  const sizes = new Map<string, number>();
  pairs.forEach(({ caption }, i) => {
    byCaption.set(caption, (byCaption.get(caption) ?? 0) + agreements[i]! - value);
    sizes.set(caption, (sizes.get(caption) ?? 0) + 1);
  });
  const captions = byCaption.size;
  if (captions < 2) return { low: null, high: null };
  const ofCaptions = (sumOfSquares(byCaption.values()) * captions) / (captions - 1);
  const captionDegrees = Math.max(1, effectiveCount(sizes.values()) - 1);
  const reach =
    generalizedReach(
      { square: ofCaptions, degrees: captionDegrees },
      raterSpread(pairs, agreements),
      coverage,
    ) / pairs.length;
  const probability = (1 + coverage) / 2;
  if (reach === 0 || value === 0 || value === 1) {
    return wilsonInterval(
      value,
      effectiveCount(sizes.values()),
      studentTQuantile(probability, captionDegrees),
    );
  }
  const z = normalQuantile(probability);
  return wilsonInterval(value, (value * (1 - value) * z ** 2) / reach ** 2, z);
}

/** Variance of the sum of agreements over raters, including the noise of single answers, which the captions' part contains too. */
function raterSpread(
  pairs: readonly JudgedPair[],
  agreements: readonly number[],
): MeanSquare & { noise: number } {
  const cells = new Map<string, Map<string, { effect: number; pairs: number }>>();
  let effects = 0;
  let count = 0;
  pairs.forEach(({ caption, metric, balances }, i) => {
    for (const rater of balances.keys()) {
      const effect = agreements[i]! - agreementOf(metric, orderOf(balances, rater));
      const ofRater = cells.get(rater) ?? new Map<string, { effect: number; pairs: number }>();
      cells.set(rater, ofRater);
      const cell = ofRater.get(caption) ?? { effect: 0, pairs: 0 };
      ofRater.set(caption, { effect: cell.effect + effect, pairs: cell.pairs + 1 });
      effects += effect;
      count++;
    }
  });
  const raters = cells.size;
  const sizes = [...cells.values()].map((ofRater) =>
    [...ofRater.values()].reduce((sum, cell) => sum + cell.pairs, 0),
  );
  const degrees = Math.max(1, effectiveCount(sizes) - 1);
  if (raters < 2) return { square: 0, noise: 0, degrees };
  let ofRaters = 0;
  let ofCells = 0;
  for (const ofRater of cells.values()) {
    let total = 0;
    for (const cell of ofRater.values()) {
      const deviation = cell.effect - (cell.pairs * effects) / count;
      total += deviation;
      ofCells += deviation ** 2;
    }
    ofRaters += total ** 2;
  }
  return { square: (ofRaters * raters) / (raters - 1), noise: ofCells, degrees };
}

function splitHalf(pairs: readonly JudgedPair[], random: Random, splits: number): SplitHalf | null {
  const shared = pairs
    .filter(({ balances }) => balances.size > 1)
    .map(({ metric, balances }) => ({ metric, balances: Int32Array.from(balances.values()) }));
  let agreed = 0;
  let agreedWithMetric = 0;
  let ordered = 0;
  for (let split = 0; split < splits; split++) {
    for (const { metric, balances } of shared) {
      const raters = balances.length;
      // With an odd number, a random half is larger by one.
      let left = Math.floor(raters / 2) + (raters % 2) * random.nextInt(2);
      let [ofFirst, ofSecond] = [0, 0];
      for (let i = 0; i < raters; i++) {
        if (random.nextInt(raters - i) < left) {
          left--;
          ofFirst += balances[i]!;
        } else {
          ofSecond += balances[i]!;
        }
      }
      const [first, second] = [Math.sign(ofFirst), Math.sign(ofSecond)];
      for (const [half, other] of [
        [first, second],
        [second, first],
      ] as const) {
        if (half === 0) continue;
        ordered++;
        agreed += agreementOf(half, other);
        agreedWithMetric += agreementOf(half, metric);
      }
    }
  }
  return ordered === 0
    ? null
    : { value: agreed / ordered, metric: agreedWithMetric / ordered, pairs: shared.length };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sumOfSquares(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value ** 2;
  return sum;
}

/** (Σn)² / Σn². */
function effectiveCount(sizes: Iterable<number>): number {
  const all = [...sizes];
  return all.reduce((sum, size) => sum + size, 0) ** 2 / sumOfSquares(all);
}
