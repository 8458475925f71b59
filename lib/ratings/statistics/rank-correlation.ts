/** Spearman's rank correlation, with an interval for few independent pairs and one for pairs in clusters. */
import { normalQuantile } from "./distributions";
import { sortedQuantile } from "./quantiles";
import { createRandom } from "./random";

export type Correlation = {
  /** -1 to 1; null where one of the two never varies or there are fewer than three pairs. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Pairs of values. */
  readonly pairs: number;
};

export type CorrelatedPair = { readonly x: number; readonly y: number; readonly cluster: string };

const fewestPairs = 3;

/**
 * Spearman's ρ of independent pairs. The interval is Fisher's transformation with the standard error
 * √((1 + ρ²/2) / (n - 3)) of Bonett & Wright (Psychometrika 65, 2000); none under four pairs.
 */
export function rankCorrelation(
  pairs: readonly Omit<CorrelatedPair, "cluster">[],
  coverage: number,
): Correlation {
  const n = pairs.length;
  const value = new Ranked(pairs).correlation(new Float64Array(n).fill(1));
  if (n < fewestPairs || value === null) return { value: null, low: null, high: null, pairs: n };
  if (n < 4) return { value, low: null, high: null, pairs: n };
  const reach = normalQuantile((1 + coverage) / 2) * Math.sqrt((1 + value ** 2 / 2) / (n - 3));
  // A perfect correlation of a few pairs is no certainty: its transform is kept finite.
  const z = Math.atanh(Math.max(-0.9999, Math.min(0.9999, value)));
  return { value, low: Math.tanh(z - reach), high: Math.tanh(z + reach), pairs: n };
}

/**
 * Spearman's ρ of pairs that come in clusters (several pictures of one caption). The interval is the percentile one
 * from drawing clusters with replacement and ranking anew; none where there are fewer than five clusters.
 */
export function clusteredRankCorrelation(
  pairs: readonly CorrelatedPair[],
  { seed, replicates, coverage }: { seed: number; replicates: number; coverage: number },
): Correlation {
  const n = pairs.length;
  const ranked = new Ranked(pairs);
  const value = ranked.correlation(new Float64Array(n).fill(1));
  if (n < fewestPairs || value === null) return { value: null, low: null, high: null, pairs: n };
  const clusters = [...new Set(pairs.map(({ cluster }) => cluster))];
  if (clusters.length < 5) return { value, low: null, high: null, pairs: n };
  const indexOf = new Map(clusters.map((cluster, index) => [cluster, index]));
  const clusterOf = Int32Array.from(pairs, ({ cluster }) => indexOf.get(cluster)!);
  const random = createRandom(seed);
  const drawn: number[] = [];
  for (let replicate = 0; replicate < replicates; replicate++) {
    const counts = new Float64Array(clusters.length);
    for (let draw = 0; draw < clusters.length; draw++) counts[random.nextInt(clusters.length)]! += 1;
    const correlation = ranked.correlation(Float64Array.from(clusterOf, (cluster) => counts[cluster]!));
    if (correlation !== null) drawn.push(correlation);
  }
  const sorted = Float64Array.from(drawn).sort();
  return {
    value,
    low: sortedQuantile(sorted, (1 - coverage) / 2),
    high: sortedQuantile(sorted, (1 + coverage) / 2),
    pairs: n,
  };
}

/** Pairs sorted once, so that ranks under new weights take one pass. */
class Ranked {
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #byX: Int32Array;
  readonly #byY: Int32Array;

  constructor(pairs: readonly { readonly x: number; readonly y: number }[]) {
    this.#x = Float64Array.from(pairs, ({ x }) => x);
    this.#y = Float64Array.from(pairs, ({ y }) => y);
    this.#byX = orderOf(this.#x);
    this.#byY = orderOf(this.#y);
  }

  /** Null where one of the two does not vary. @param weights how often each pair counts */
  correlation(weights: Float64Array): number | null {
    const a = midranks(this.#x, this.#byX, weights);
    const b = midranks(this.#y, this.#byY, weights);
    let total = 0;
    let meanA = 0;
    let meanB = 0;
    weights.forEach((weight, i) => {
      total += weight;
      meanA += weight * a[i]!;
      meanB += weight * b[i]!;
    });
    meanA /= total;
    meanB /= total;
    let aa = 0;
    let bb = 0;
    let ab = 0;
    weights.forEach((weight, i) => {
      const [da, db] = [a[i]! - meanA, b[i]! - meanB];
      aa += weight * da * da;
      bb += weight * db * db;
      ab += weight * da * db;
    });
    return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : null;
  }
}

function orderOf(values: Float64Array): Int32Array {
  return Int32Array.from(values.keys()).sort((i, j) => values[i]! - values[j]!);
}

/** Equal values share the mean of the ranks that they take up; a pair of weight w takes up w ranks. */
function midranks(values: Float64Array, order: Int32Array, weights: Float64Array): Float64Array {
  const ranks = new Float64Array(values.length);
  let before = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    let weight = 0;
    for (; end < order.length && values[order[end]!] === values[order[start]!]; end++) {
      weight += weights[order[end]!]!;
    }
    for (let at = start; at < end; at++) ranks[order[at]!] = before + weight / 2;
    before += weight;
    start = end;
  }
  return ranks;
}
