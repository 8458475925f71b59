/** The parts of a recipe that must be equal for two scores to be comparable. */

/**
 * The way to the figure: without the metric's title, what is known of the outcome only, the interval, and the processor,
 * whose rounding is far below any interval.
 */
export function comparableRecipe(recipe: Record<string, unknown>): Record<string, unknown> {
  const {
    title: _n,
    bias: _b,
    pairs: _p,
    provider: _o,
    interval: _i,
    intervalOf: _t,
    clusters: _c,
    ...way
  } = recipe;
  return way;
}

/** Scores from before captions were resampled do not say what their intervals are of. */
export function intervalTarget(recipe: Record<string, unknown>): string | null {
  return typeof recipe.intervalOf === "string" ? recipe.intervalOf : null;
}

/** Names of the entries in which recipes differ; none: their figures compare. */
export function recipeDifferences(recipes: readonly Record<string, unknown>[]): string[] {
  const ways = recipes.map(comparableRecipe);
  const names = [...new Set(ways.flatMap(Object.keys))];
  return names.filter((name) => new Set(ways.map((way) => JSON.stringify(way[name] ?? null))).size > 1);
}
