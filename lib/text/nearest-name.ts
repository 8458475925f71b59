/** Finds what a mistyped name was probably meant to be. */
import { distance } from "fastest-levenshtein";

/**
 * The name that takes the fewest changes of letters to become `typed`; null where even that is more another name than a slip.
 * Case, hyphens and underscores do not count: “batch-size” is “batchSize”.
 */
export function nearestName(typed: string, names: Iterable<string>): string | null {
  const wanted = plain(typed.slice(0, longestTyped));
  let nearest: { name: string; changes: number } | null = null;
  for (const name of names) {
    const changes = distance(wanted, plain(name));
    if (nearest === null || changes < nearest.changes) nearest = { name, changes };
  }
  if (nearest === null) return null;
  return nearest.changes <= Math.max(2, Math.ceil(nearest.name.length / 3)) ? nearest.name : null;
}

/** The time that a comparison takes grows with the product of the lengths. */
const longestTyped = 100;

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, "");
}
