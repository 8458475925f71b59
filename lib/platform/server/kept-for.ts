/** Answers kept for a short while, for what many raters' requests ask again and again. */

const mostKept = 10_000;

/**
 * A function that gives what `find` found for a key within the last `keptMs`, and otherwise asks it again. Those who ask
 * meanwhile wait for the same answer; a failure is not kept.
 */
export function keptFor<Value>(keptMs: number) {
  const kept = new Map<string, { at: number; found: Promise<Value> }>();
  return (key: string, find: () => Promise<Value>): Promise<Value> => {
    const known = kept.get(key);
    if (known && performance.now() - known.at < keptMs) return known.found;
    const found = find();
    kept.delete(key);
    kept.set(key, { at: performance.now(), found });
    found.catch(() => {
      if (kept.get(key)?.found === found) kept.delete(key);
    });
    // The longest known goes first.
    if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
    return found;
  };
}
