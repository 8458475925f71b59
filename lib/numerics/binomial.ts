/** Exact probabilities of counts, and the exact interval of a share. */

/** P(X ≤ `count`) for X ~ Binomial(`trials`, `share`); 0 for a negative count. */
export function binomialAtMost(count: number, trials: number, share: number): number {
  if (count < 0) return 0;
  if (count >= trials || share <= 0) return 1;
  if (share >= 1) return 0;
  const logOdds = Math.log(share) - Math.log1p(-share);
  let logTerm = trials * Math.log1p(-share);
  let sum = 0;
  for (let k = 0; k <= count; k++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log((trials - k) / (k + 1)) + logOdds;
  }
  return Math.min(1, sum);
}

/** P(X ≥ `count`) for X ~ Binomial(`trials`, `share`). */
export function binomialAtLeast(count: number, trials: number, share: number): number {
  return binomialAtMost(trials - count, trials, 1 - share);
}

/**
 * Whether the upper end of the one-sided exact interval of a share (Clopper and Pearson, Biometrika 1934) is below
 * `required`. The interval ends where P(X ≤ right) is `error`, so there is no need to solve for the end.
 *
 * @param error chance of saying so where the share is `required`, at one look
 */
export function isShareBelow(required: number, right: number, trials: number, error: number): boolean {
  return right < trials && binomialAtMost(right, trials, required) <= error;
}
