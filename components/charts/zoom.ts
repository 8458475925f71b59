/** Zooming: which steps of a chart are shown. */
import type { StepRange } from "./chart-line";

/** @param part of the steps shown that are left; above 1 shows more. @param around stays where it is */
export function zoomed(
  [from, to]: StepRange,
  part: number,
  around: number,
  whole: StepRange,
): StepRange | null {
  const share = (around - from) / Math.max(1, to - from);
  const length = (to - from) * part;
  return within([around - share * length, around + (1 - share) * length], whole);
}

/** Whole steps inside of `whole`, at least two apart; null where that is everything. */
export function within([from, to]: StepRange, whole: StepRange): StepRange | null {
  const low = Math.max(whole[0], Math.min(Math.floor(from), whole[1] - 2));
  const high = Math.min(whole[1], Math.max(Math.ceil(to), low + 2));
  return low <= whole[0] && high >= whole[1] ? null : [low, high];
}
