/** Raters who answer too fast to have looked at the images. */
import { studentTQuantile } from "../numerics/distributions";
import { median } from "../numerics/quantiles";

/** Nobody can read a caption and compare two images in less. */
const fastestPlausibleMs = 400;
const fastShareOfUsual = 1 / 3;

/**
 * Which of the median times are too short: under 400 ms; or under a third of the others' and shorter than the others'
 * spread explains. People differ in speed, so a fixed share of the usual time would flag a careful rater in most
 * larger studies.
 *
 * Logarithms of speeds are about normal (Ratcliff 1993; van der Linden 2006). The k fastest are flagged where the k-th
 * fastest is below the prediction interval of the slower ones, log t < mean - t(1 - level, n - 1) · SD · √(1 + 1/n), for
 * the largest such k up to a third of the raters, so that several hasty raters do not mask one another.
 *
 * @param medianMs one per rater, all with enough answers
 * @param level probability of flagging one careful rater
 */
export function fastRaters(medianMs: readonly number[], level: number): boolean[] {
  const order = medianMs.map((_, index) => index).sort((a, b) => medianMs[a]! - medianMs[b]!);
  const logs = order.map((index) => Math.log(Math.max(1, medianMs[index]!)));
  let outliers = 0;
  for (let k = Math.floor(logs.length / 3); k >= 1 && outliers === 0; k--) {
    const slower = logs.slice(k);
    const n = slower.length;
    const mean = slower.reduce((sum, log) => sum + log, 0) / n;
    const deviation = Math.sqrt(slower.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (n - 1));
    const reach = studentTQuantile(1 - level, n - 1) * deviation * Math.sqrt(1 + 1 / n);
    const slowest = logs[k - 1]!;
    if (slowest < mean - reach && slowest < median(slower) + Math.log(fastShareOfUsual)) outliers = k;
  }
  const flagged = new Set(order.slice(0, outliers));
  return medianMs.map((ms, index) => ms < fastestPlausibleMs || flagged.has(index));
}
