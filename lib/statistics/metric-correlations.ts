/** How far automatic metrics order items as people do: rank correlations with intervals over captions. */
import { normalQuantile, studentTQuantile } from "../numerics/distributions";
import { membersOfClusters } from "./two-way-jackknife";

/** What people and metrics say of the same items. */
export type JudgedItems = {
  /** Of every item the index of its caption. */
  readonly caption: Int32Array;
  readonly captionCount: number;
  /** Of every item the mean of people's scores. */
  readonly people: Float64Array;
  /** Of every item the metric's value, by metric. */
  readonly metrics: ReadonlyMap<string, Float64Array>;
};

/** Null where it is undefined; an interval is null under `fewestCaptions`. */
export type IntervalEstimate = {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
};

/** Spearman's ρ and Kendall's τ-b, or differences of them. */
export type RankCorrelations = { readonly spearman: IntervalEstimate; readonly kendall: IntervalEstimate };

export type MetricCorrelations = {
  readonly correlation: ReadonlyMap<string, RankCorrelations>;
  /** Of all pairs of metrics, in the order of `metrics`: the first's correlation less the second's. */
  readonly differences: readonly (RankCorrelations & { readonly first: string; readonly second: string })[];
};

/** With fewer captions nothing is known of how they vary. */
export const fewestCaptions = 8;

const kinds = ["spearman", "kendall"] as const;
type Kind = (typeof kinds)[number];

/** A correlation, and its Fisher transform without each caption. */
type Jackknifed = IntervalEstimate & { readonly without: Float64Array | null };

/**
 * Values are as computed: a metric that is better when lower correlates negatively where it agrees. Equal values share
 * ranks in ρ, and are counted by τ-b.
 *
 * Intervals are Fisher's transformation of the correlation with the jackknife over captions and Student's t: items of
 * one caption vary together. Those of differences follow from the two intervals and how the two vary together (Zou,
 * Psychological Methods 12, 2007). Raters are taken as given.
 */
export function metricCorrelations(items: JudgedItems, coverage: number): MetricCorrelations {
  const x = signRows(items.people);
  const found = new Map<string, Record<Kind, Jackknifed>>();
  for (const [metric, values] of items.metrics) {
    found.set(metric, correlate(items, x, signRows(values), coverage));
  }
  const names = [...found.keys()];
  return {
    correlation: new Map(
      [...found].map(([metric, { spearman, kendall }]) => [
        metric,
        { spearman: bounds(spearman), kendall: bounds(kendall) },
      ]),
    ),
    differences: names.flatMap((first, at) =>
      names.slice(at + 1).map((second) => {
        const [one, other] = [found.get(first)!, found.get(second)!];
        return {
          first,
          second,
          spearman: difference(one.spearman, other.spearman),
          kendall: difference(one.kendall, other.kendall),
        };
      }),
    ),
  };
}

function bounds({ value, low, high }: IntervalEstimate): IntervalEstimate {
  return { value, low, high };
}

/** For every item Σ_j sign(v_i - v_j), which is twice its rank less the mean rank, and how many values differ from its own. */
type SignRows = {
  readonly values: Float64Array;
  readonly sums: Float64Array;
  readonly unequal: Float64Array;
};

function signRows(values: Float64Array): SignRows {
  const ordered = values.toSorted();
  const sums = new Float64Array(values.length);
  const unequal = new Float64Array(values.length);
  values.forEach((value, i) => {
    const below = countBelow(ordered, value);
    const notAbove = countBelow(ordered, value, true);
    sums[i] = below - (values.length - notAbove);
    unequal[i] = values.length - (notAbove - below);
  });
  return { values, sums, unequal };
}

/** Values below `value`, or not above it. */
function countBelow(ordered: Float64Array, value: number, orEqual = false): number {
  let [from, to] = [0, ordered.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (ordered[middle]! < value || (orEqual && ordered[middle] === value)) from = middle + 1;
    else to = middle;
  }
  return from;
}

function correlate(
  { caption, captionCount }: JudgedItems,
  x: SignRows,
  y: SignRows,
  coverage: number,
): Record<Kind, Jackknifed> {
  const n = caption.length;
  const agreement = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const sign = Math.sign(x.values[i]! - x.values[j]!) * Math.sign(y.values[i]! - y.values[j]!);
      agreement[i]! += sign;
      agreement[j]! += sign;
    }
  }
  const value = {
    spearman: cosine(x.sums, y.sums),
    kendall: ratio(total(agreement), total(x.unequal), total(y.unequal)),
  };
  const none = { low: null, high: null, without: null };
  if (captionCount < fewestCaptions || value.spearman === null) {
    return { spearman: { value: value.spearman, ...none }, kendall: { value: value.kendall, ...none } };
  }
  const without = { spearman: new Float64Array(captionCount), kendall: new Float64Array(captionCount) };
  const { start, members } = membersOfClusters(caption, captionCount);
  for (let g = 0; g < captionCount; g++) {
    const left = withoutItems(x, y, agreement, members.subarray(start[g]!, start[g + 1]!));
    for (const kind of kinds) {
      // Without one caption a metric may not vary at all.
      if (left[kind] === null) without[kind].fill(Number.NaN);
      else without[kind][g] = fisher(left[kind], n, kind);
    }
  }
  const jackknifed = (kind: Kind) => withInterval(value[kind]!, without[kind], { n, kind, coverage });
  return { spearman: jackknifed("spearman"), kendall: jackknifed("kendall") };
}

/** The correlations of all items but those `left`. */
function withoutItems(
  x: SignRows,
  y: SignRows,
  agreement: Float64Array,
  left: Int32Array,
): Record<Kind, number | null> {
  const xSums = x.sums.slice();
  const ySums = y.sums.slice();
  for (const j of left) {
    for (let i = 0; i < xSums.length; i++) {
      xSums[i]! -= Math.sign(x.values[i]! - x.values[j]!);
      ySums[i]! -= Math.sign(y.values[i]! - y.values[j]!);
    }
  }
  for (const j of left) xSums[j] = ySums[j] = 0;
  // Pairs of two items that are left are in the rows of both.
  const sums = [total(agreement), total(x.unequal), total(y.unequal)];
  for (const i of left) {
    sums[0]! -= 2 * agreement[i]!;
    sums[1]! -= 2 * x.unequal[i]!;
    sums[2]! -= 2 * y.unequal[i]!;
    for (const j of left) {
      const [ofX, ofY] = [Math.sign(x.values[i]! - x.values[j]!), Math.sign(y.values[i]! - y.values[j]!)];
      sums[0]! += ofX * ofY;
      sums[1]! += ofX ** 2;
      sums[2]! += ofY ** 2;
    }
  }
  return { spearman: cosine(xSums, ySums), kendall: ratio(sums[0]!, sums[1]!, sums[2]!) };
}

function cosine(a: Float64Array, b: Float64Array): number | null {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return ratio(ab, aa, bb);
}

function ratio(product: number, one: number, other: number): number | null {
  return one > 0 && other > 0 ? Math.max(-1, Math.min(1, product / Math.sqrt(one * other))) : null;
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** The closest to 1 that a correlation of n items is taken to be: one exchange of neighbours away. */
function fisher(value: number, n: number, kind: Kind): number {
  const most = 1 - (kind === "spearman" ? 6 / (n ** 3 - n) : 4 / (n * (n - 1)));
  return Math.atanh(Math.max(-most, Math.min(most, value)));
}

function withInterval(
  value: number,
  without: Float64Array,
  { n, kind, coverage }: { n: number; kind: Kind; coverage: number },
): Jackknifed {
  const captions = without.length;
  const mean = total(without) / captions;
  if (!Number.isFinite(mean)) return { value, low: null, high: null, without: null };
  const squares = without.reduce((sum, z) => sum + (z - mean) ** 2, 0);
  const probability = (1 + coverage) / 2;
  const spread = Math.sqrt(((captions - 1) / captions) * squares);
  // A perfect correlation has no spread: it is judged as one of as many independent pairs as there are captions (Bonett &
  // Wright, Psychometrika 65, 2000; Fieller, Hartley & Pearson, Biometrika 44, 1957).
  const least = kind === "spearman" ? Math.sqrt(1.5 / (captions - 3)) : Math.sqrt(0.437 / (captions - 4));
  const reach =
    Math.abs(value) === 1
      ? normalQuantile(probability) * least
      : studentTQuantile(probability, captions - 1) * spread;
  const z = fisher(value, n, kind);
  return { value, low: Math.tanh(z - reach), high: Math.tanh(z + reach), without };
}

function difference(one: Jackknifed, other: Jackknifed): IntervalEstimate {
  const value = one.value === null || other.value === null ? null : one.value - other.value;
  if (value === null || !one.without || !other.without) return { value, low: null, high: null };
  const together = momentCorrelation(one.without, other.without);
  const reach = (a: number, b: number) => Math.sqrt(Math.max(0, a ** 2 + b ** 2 - 2 * together * a * b));
  return {
    value,
    low: value - reach(one.value! - one.low!, other.high! - other.value!),
    high: value + reach(one.high! - one.value!, other.value! - other.low!),
  };
}

function momentCorrelation(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [total(a) / a.length, total(b) / b.length];
  return (
    cosine(
      a.map((value) => value - meanA),
      b.map((value) => value - meanB),
    ) ?? 0
  );
}
