/** Quantiles of a sample. */

/**
 * The `probability` quantile of values sorted ascending, by linear interpolation between order statistics
 * (type 7 of Hyndman & Fan, 1996, as in R and numpy).
 */
export function sortedQuantile(sorted: ArrayLike<number>, probability: number): number {
  const position = probability * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (position - below) * (high - low);
}

/** The middle value; NaN for none. */
export function median(values: Iterable<number>): number {
  const sorted = Float64Array.from(values).sort();
  return sorted.length === 0 ? Number.NaN : sortedQuantile(sorted, 0.5);
}
