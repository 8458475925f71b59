/** What captions are grouped by. */

/** Such as { Category: ["Animals"], skills: ["counting", "negation"] }; no value twice, and none empty. */
export type Categories = Readonly<Record<string, readonly string[]>>;

/** The values of both, each once. */
export function mergeCategories(one: Categories = {}, other: Categories = {}): Categories {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(
    names.map((name) => [name, [...new Set([...(one[name] ?? []), ...(other[name] ?? [])])]]),
  );
}
