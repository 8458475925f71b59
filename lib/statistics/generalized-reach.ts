/** Intervals of estimates with two sources of variance, one of which is known only as an excess over noise. */
import { logGamma, normalCdf } from "../numerics/distributions";

/** A mean square and its degrees of freedom: square · degrees / expectation is as χ². */
export type MeanSquare = { readonly square: number; readonly degrees: number };

/**
 * How far the central interval reaches to either side of an estimate with variance E(first) + max(0, E(second) -
 * noise). The generalised interval (Weerahandi, Journal of the American Statistical Association 88, 1993): the reach that
 * a normal variable keeps to with the probability `coverage`, its variance being first · f / χ² + max(0, second · f' / χ'²
 * - noise) for independent χ². With the first part alone it is Student's.
 *
 * Student's t with Satterthwaite's degrees for first + second - noise is too narrow if the second part
 * dominates and has few degrees: if it is too small by chance, its share, which reduces the degrees,
 * is too small as well.
 */
export function generalizedReach(
  first: MeanSquare,
  second: MeanSquare & { readonly noise: number },
  coverage: number,
): number {
  const variances = new Float64Array(first.square > 0 ? nodes * nodes : nodes);
  const weights = new Float64Array(variances.length);
  const firsts = first.square > 0 ? inverseChiSquares(first.degrees) : [{ value: 0, weight: 1 }];
  const seconds = inverseChiSquares(second.degrees);
  let at = 0;
  for (const one of firsts) {
    for (const other of seconds) {
      variances[at] = first.square * one.value + Math.max(0, second.square * other.value - second.noise);
      weights[at++] = one.weight * other.weight;
    }
  }
  const within = (reach: number) =>
    variances.reduce(
      (sum, variance, k) =>
        sum + weights[k]! * (variance > 0 ? 2 * normalCdf(reach / Math.sqrt(variance)) - 1 : 1),
      0,
    );
  let high = Math.sqrt(first.square + second.square);
  if (high === 0) return 0;
  while (within(high) < coverage) high *= 2;
  let low = 0;
  while (high - low > 1e-5 * high) {
    const middle = (low + high) / 2;
    if (within(middle) < coverage) low = middle;
    else high = middle;
  }
  return high;
}

const nodes = 28;

/** f / χ² with f degrees at equal steps of log χ² over all but 1e-6 of its mass or so, with weights that add up to 1. */
function inverseChiSquares(degrees: number): { value: number; weight: number }[] {
  const half = degrees / 2;
  const density = (logarithm: number) =>
    Math.exp(half * (logarithm - Math.LN2) - Math.exp(logarithm) / 2 - logGamma(half));
  const mode = Math.log(degrees);
  const [below, above] = [mode - 24 / (degrees + 1) - 7 / Math.sqrt(degrees), mode + 7 / Math.sqrt(degrees)];
  const step = (above - below) / (nodes - 1);
  const points = Array.from({ length: nodes }, (_, k) => below + k * step);
  const sum = points.reduce((total, point) => total + density(point), 0);
  return points.map((point) => ({ value: degrees / Math.exp(point), weight: density(point) / sum }));
}
