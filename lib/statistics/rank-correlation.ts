/** Spearman's rank correlation for small samples of independent pairs, such as the arms of a study. */
import { normalQuantile } from "../numerics/distributions";

export type Correlation = {
  /** -1 to 1; null where one of the two never varies or there are fewer than three pairs. */
  readonly value: number | null;
  /** Null for fewer than `fewestForInterval` pairs, where no interval has its nominal coverage. */
  readonly low: number | null;
  readonly high: number | null;
  /**
   * Two-sided and exact, below `fewestForInterval` pairs: the share of all orders of one variable, equally likely if the two
   * are independent, whose correlation is at least as far from 0.
   */
  readonly p: number | null;
  /** Pairs of values. */
  readonly pairs: number;
};

const fewestPairs = 3;

/** With this many pairs, the interval reaches its nominal coverage (docs/measurements/metric-coverage.md). */
export const fewestForInterval = 8;

/**
 * Spearman's ρ; equal values share the mean of their ranks. The interval is Fisher's transformation with
 * the standard error √((1 + ρ²/2) / (n - 3)) of Bonett & Wright (Psychometrika 65, 2000). A perfect correlation of a few
 * pairs is no certainty, so ρ is capped at one exchange of neighbours below 1, that is 6 / (n³ - n).
 */
export function rankCorrelation(
  pairs: readonly { readonly x: number; readonly y: number }[],
  coverage: number,
): Correlation {
  const n = pairs.length;
  const none = { value: null, low: null, high: null, p: null, pairs: n };
  if (n < fewestPairs) return none;
  const x = centredRanks(pairs.map((pair) => pair.x));
  const y = centredRanks(pairs.map((pair) => pair.y));
  const scale = Math.sqrt(sumOfProducts(x, x) * sumOfProducts(y, y));
  if (scale === 0) return none;
  const value = Math.max(-1, Math.min(1, sumOfProducts(x, y) / scale));
  if (n < fewestForInterval) return { value, low: null, high: null, p: permutationP(x, y), pairs: n };
  const reach = normalQuantile((1 + coverage) / 2) * Math.sqrt((1 + value ** 2 / 2) / (n - 3));
  const most = 1 - 6 / (n ** 3 - n);
  const z = Math.atanh(Math.max(-most, Math.min(most, value)));
  return { value, low: Math.tanh(z - reach), high: Math.tanh(z + reach), p: null, pairs: n };
}

/** Over all n! orders of `y`; n is below `fewestForInterval`, so at most 5040. */
function permutationP(x: readonly number[], y: readonly number[]): number {
  // Ranks are multiples of a half: sums of their products differ by far more than rounding, or not at all.
  const least = Math.abs(sumOfProducts(x, y)) - 1e-9;
  let orders = 0;
  let asFar = 0;
  const place = (at: number, left: readonly number[], sum: number) => {
    if (at === x.length) {
      orders++;
      if (Math.abs(sum) >= least) asFar++;
      return;
    }
    left.forEach((value, i) => {
      place(at + 1, left.toSpliced(i, 1), sum + x[at]! * value);
    });
  };
  place(0, y, 0);
  return asFar / orders;
}

function sumOfProducts(x: readonly number[], y: readonly number[]): number {
  return x.reduce((sum, value, i) => sum + value * y[i]!, 0);
}

/** Ranks minus their mean; equal values share the mean of their ranks. */
function centredRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal - values.length) / 2;
  });
}
