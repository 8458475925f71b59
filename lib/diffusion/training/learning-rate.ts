/** How the learning rate changes over a run. */

export const learningRateSchedules = ["constant", "linear", "cosine"] as const;

export type LearningRatePlan = {
  /** After the warm-up: as it is, evenly down to 0, or down to 0 along half a cosine. */
  readonly learningRateSchedule: (typeof learningRateSchedules)[number];
  /** The highest rate. */
  readonly learningRate: number;
  /** Steps in which the rate rises evenly from 0, which it is at step 0. */
  readonly warmupSteps: number;
};

/**
 * The rate of step `step` (from 0) of `totalSteps`. It follows from these alone, so a run that is continued takes the
 * same rates.
 *
 * The definitions are those of transformers' `get_scheduler` for `constant_with_warmup`, `linear` and `cosine`; the
 * cosine is that of Loshchilov and Hutter 2017 (SGDR, arXiv 1608.03983, equation 5) without restarts.
 */
export function learningRateAt(
  { learningRateSchedule, learningRate, warmupSteps }: LearningRatePlan,
  step: number,
  totalSteps: number,
): number {
  if (step < warmupSteps) return (learningRate * step) / warmupSteps;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  switch (learningRateSchedule) {
    case "constant":
      return learningRate;
    case "linear":
      return learningRate * (1 - progress);
    case "cosine":
      return learningRate * 0.5 * (1 + Math.cos(Math.PI * progress));
  }
}
