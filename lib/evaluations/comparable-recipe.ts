/** What of a score's recipe must be equal for two figures to compare. */

/** The way, without what is known of the outcome only, and without the processor, whose rounding is far below any interval. */
export function comparableRecipe(recipe: Record<string, unknown>): Record<string, unknown> {
  const { bias: _bias, pairs: _pairs, provider: _provider, ...way } = recipe;
  return way;
}

/** Names of the entries in which recipes differ; none: their figures compare. */
export function recipeDifferences(recipes: readonly Record<string, unknown>[]): string[] {
  const ways = recipes.map(comparableRecipe);
  const names = [...new Set(ways.flatMap(Object.keys))];
  return names.filter((name) => new Set(ways.map((way) => JSON.stringify(way[name] ?? null))).size > 1);
}
