/** At which of a rater's items the checks come: unpredictable for the rater, the same after every reload. */
import { createHash } from "node:crypto";

export type CheckKind = "gold" | "attention" | "repeat";

/** A repeat comes at least this many items after a rater's first, so that there is something to repeat. */
const fewestBeforeRepeat = 4;

/**
 * What comes at each place of a rater's sequence where it is not a regular item. The first item is always a regular
 * one; places are drawn without replacement by a hash of the rater, so nothing needs to be stored.
 *
 * @param span items that the rater is asked for, the training round left out
 */
export function planChecks(
  raterId: string,
  span: number,
  counts: { goldItems: number; attentionChecks: number; repeats: number },
): Map<number, CheckKind> {
  const planned = new Map<number, CheckKind>();
  const takePlaces = (kind: CheckKind, count: number, earliest: number) => {
    const places = Array.from({ length: Math.max(0, span - earliest) }, (_, index) => earliest + index)
      .filter((place) => !planned.has(place))
      .map((place) => ({ place, key: hash(`${raterId} ${place}`) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    for (const { place } of places.slice(0, count)) planned.set(place, kind);
  };
  // Repeats are the choosiest, so they choose first.
  takePlaces("repeat", counts.repeats, fewestBeforeRepeat);
  takePlaces("gold", counts.goldItems, 1);
  takePlaces("attention", counts.attentionChecks, 1);
  return planned;
}

/**
 * The kinds of checks that a rater should have had by `place` and was not given yet, in the order of their places: one
 * that could not be given at its own place comes later.
 *
 * @param given how many of each kind the rater has been given
 */
export function dueChecks(
  planned: ReadonlyMap<number, CheckKind>,
  place: number,
  given: Readonly<Record<CheckKind, number>>,
): CheckKind[] {
  const skipped: Record<CheckKind, number> = { ...given };
  const due = [...planned].filter(([at]) => at <= place).sort(([a], [b]) => a - b);
  return due.flatMap(([, kind]) => (skipped[kind]-- > 0 ? [] : [kind]));
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
