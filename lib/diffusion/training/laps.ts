/** Times of equal pieces of work, of which the first does more than the others: it also gets them ready. */

export class Laps {
  readonly seconds: number[] = [];
  private lastMs = performance.now();

  /** Ends a piece; the next one begins. */
  readonly tick = (): void => {
    const nowMs = performance.now();
    this.seconds.push((nowMs - this.lastMs) / 1000);
    this.lastMs = nowMs;
  };
}

/**
 * Seconds that `count` pieces take, from the times of fewer: the first as it was, every other as long as the later ones in
 * the mean.
 */
export function extrapolate([first = 0, ...later]: readonly number[], count: number): number {
  if (count === 0) return 0;
  const mean = later.length === 0 ? first : later.reduce((sum, each) => sum + each, 0) / later.length;
  return first + (count - 1) * mean;
}
