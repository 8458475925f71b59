/** The Elo scale: 400 points are odds of 10 to 1. */

/** Elo points per unit of log strength. */
export const eloPerLogStrength = 400 / Math.LN10;

/** The rating that the average of all arms gets, as in chess clubs and model arenas. */
export const meanElo = 1000;

/** A difference of log strengths as a difference of Elo points. */
export function logStrengthToElo(logStrength: number): number {
  return logStrength * eloPerLogStrength;
}

/** Elo ratings of all arms from their log strengths, shifted so that the mean is `meanElo`. */
export function logStrengthsToRatings(logStrength: ArrayLike<number>): number[] {
  const strengths = Array.from(logStrength);
  const mean = strengths.reduce((sum, s) => sum + s, 0) / strengths.length;
  return strengths.map((s) => meanElo + logStrengthToElo(s - mean));
}

/** P(an arm rated `rating` beats one rated `opponent`) = 1 / (1 + 10^((opponent - rating) / 400)). */
export function expectedScore(rating: number, opponent: number): number {
  return 1 / (1 + 10 ** ((opponent - rating) / 400));
}
