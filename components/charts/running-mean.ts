/** Smoothing of a series: its exponential running mean. */

/**
 * Corrected for its start as in Adam (Kingma and Ba 2015, section 3). Points may be at any distance from each other: one
 * that comes `span` steps later has 1/e of the earlier mean left in it.
 *
 * @param points [step, value], ascending by step
 * @param span in steps, above 0
 */
export function runningMean(
  points: readonly (readonly [step: number, value: number, ...rest: unknown[]])[],
  span: number,
): [step: number, mean: number][] {
  let mean = 0;
  let weight = 0;
  let before: number | null = null;
  return points.map(([step, value]) => {
    const decay = Math.exp(-(before === null ? 1 : step - before) / span);
    mean = decay * mean + (1 - decay) * value;
    weight = decay * weight + (1 - decay);
    before = step;
    return [step, mean / weight];
  });
}
