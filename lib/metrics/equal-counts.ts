/** Reduces sets to the same number of images before they are compared, because FID and similar metrics depend on it. */
import { Random } from "@/lib/numerics/random";

/** Metrics have the streams of their names; see `randomOfMetric`. */
const DRAWING_STREAM = 1000;

export type EqualSet<Item> = {
  readonly items: readonly Item[];
  /** Describes what was drawn from a larger set; null for a set that is used entirely. */
  readonly note: string | null;
};

/**
 * From every set as many items as the smallest has, drawn without replacement and kept in order. Sets of the same
 * size yield the same positions, so that sets drawn from the same captions keep the same captions.
 */
export function drawEqualCounts<Item>(sets: readonly (readonly Item[])[], seed: number): EqualSet<Item>[] {
  const least = Math.min(...sets.map(({ length }) => length));
  return sets.map((items) => {
    if (items.length === least) return { items, note: null };
    const rows = new Random(seed, DRAWING_STREAM).permutation(items.length).subarray(0, least).sort();
    return {
      items: Array.from(rows, (row) => items[row]!),
      note:
        `${least} of ${items.length} images ${least === 1 ? "was" : "were"} used (seed ${seed}), as many as the smallest set has: ` +
        "scores of different numbers of images are not comparable.",
    };
  });
}
