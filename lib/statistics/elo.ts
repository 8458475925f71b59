/** The Elo scale: 400 points are odds of 10 to 1. */

/** Elo points per unit of log strength. */
export const eloPerLogStrength = 400 / Math.LN10;

/** The mean rating of all arms. */
export const meanElo = 1000;

/** A difference of log strengths as a difference of Elo points. */
export function logStrengthToElo(logStrength: number): number {
  return logStrength * eloPerLogStrength;
}
