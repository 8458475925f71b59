/** The difference of two proportions of independent observations. */
import { normalQuantile } from "../numerics/distributions";
import { wilsonInterval } from "./clustered-proportion";

/**
 * p1 - p2 with Newcombe's interval, which combines the two Wilson intervals (Statistics in Medicine 17, 1998, method 10).
 * It stays within [-1, 1] and does not shrink to a point where both proportions are 0 or 1.
 *
 * @param first, second how many of how many; the numbers of observations above 0
 */
export function proportionDifference(
  first: { readonly count: number; readonly of: number },
  second: { readonly count: number; readonly of: number },
  coverage: number,
): { value: number; low: number; high: number } {
  const z = normalQuantile((1 + coverage) / 2);
  const [p1, p2] = [first.count / first.of, second.count / second.of];
  const [one, two] = [wilsonInterval(p1, first.of, z), wilsonInterval(p2, second.of, z)];
  const value = p1 - p2;
  return {
    value,
    low: value - Math.hypot(p1 - one.low, two.high - p2),
    high: value + Math.hypot(one.high - p1, p2 - two.low),
  };
}
