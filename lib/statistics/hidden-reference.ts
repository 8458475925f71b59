/** The real photograph as a hidden reference: how often each rater prefers it without knowing which image it is. */
import type { Vote } from "./vote";

export type ReferencePreference = {
  /** Comparisons of a photograph with a generated image, "both bad" left out. */
  readonly compared: number;
  /** Share of them that the photograph won, a tie as half; 0.5 is guessing. */
  readonly preferred: number;
};

/**
 * By rater; raters who compared no photograph are missing. This is shown for each rater and flags nobody: excluding
 * raters because they like generated images would bias the result towards the photographs.
 *
 * @param references the arms that are real photographs
 */
export function referencePreference(
  votes: readonly Vote[],
  references: ReadonlySet<string>,
): Map<string, ReferencePreference> {
  const tallies = new Map<string, { compared: number; won: number }>();
  for (const { rater, left, right, winner } of votes) {
    const isLeft = references.has(left);
    if (isLeft === references.has(right) || winner === "both_bad") continue;
    const tally = tallies.get(rater) ?? { compared: 0, won: 0 };
    tally.compared++;
    tally.won += winner === "tie" ? 0.5 : Number((winner === "left") === isLeft);
    tallies.set(rater, tally);
  }
  return new Map(
    [...tallies].map(([rater, { compared, won }]) => [rater, { compared, preferred: won / compared }]),
  );
}
