/** Raters who answer too fast to have looked at the images. */
import { studentTQuantile } from "../numerics/distributions";

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
  const flagged = new Set(order.slice(0, countOutliers(logs, level)));
  return medianMs.map((ms, index) => ms < fastestPlausibleMs || flagged.has(index));
}

/** The largest k, up to a third, of which the k-th is too low for those after it. @param logs ascending */
function countOutliers(logs: readonly number[], level: number): number {
  // Mean and sum of squared deviations of the last n, which grow by one at a time (Welford 1962): all sums anew for each k
  // would take the square of the number of raters.
  let [n, mean, squares] = [0, 0, 0];
  const add = (log: number) => {
    n++;
    const from = log - mean;
    mean += from / n;
    squares += from * (log - mean);
  };
  const most = Math.floor(logs.length / 3);
  for (let at = logs.length - 1; at >= most; at--) add(logs[at]!);
  for (let k = most; k >= 1; k--) {
    const slowest = logs[k - 1]!;
    const usual = (logs[k + Math.floor((n - 1) / 2)]! + logs[k + Math.floor(n / 2)]!) / 2;
    const deviation = Math.sqrt((squares / (n - 1)) * (1 + 1 / n));
    if (
      slowest < usual + Math.log(fastShareOfUsual) &&
      slowest < mean - studentTQuantile(1 - level, n - 1) * deviation
    )
      return k;
    add(slowest);
  }
  return 0;
}
