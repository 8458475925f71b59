/** Which single rater influences the difference of two arms most. */
import { davidson } from "./davidson";
import type { Score } from "./likert";
import { tableToPairCounts, voteType } from "./pair-counts";
import type { Vote } from "./vote";
import { comparingVotes, votesToTable } from "./vote-table";

/**
 * The rater without whom the first arm minus the second is lowest, and the one without whom it is highest; empty for a
 * single rater.
 *
 * @param differences without each rater
 */
export function extremeRaters(differences: ReadonlyMap<string, number>): string[] {
  const ranked = [...differences].sort(([, a], [, b]) => a - b);
  return ranked.length < 2 ? [] : [ranked[0]![0], ranked.at(-1)![0]];
}

/** Differences of the means of two arms without each rater in turn; raters without whom an arm has no score have none. */
export function meansWithout(
  scores: readonly Score[],
  pair: readonly [string, string],
): ReadonlyMap<string, number> {
  const total = pair.map(() => ({ sum: 0, count: 0 }));
  const ofRater = new Map<string, { sum: number; count: number }[]>();
  for (const { arm, rater, score } of scores) {
    const place = arm === pair[0] ? 0 : arm === pair[1] ? 1 : null;
    if (place === null) continue;
    const own = ofRater.get(rater) ?? pair.map(() => ({ sum: 0, count: 0 }));
    ofRater.set(rater, own);
    for (const tally of [total[place]!, own[place]!]) {
      tally.sum += score;
      tally.count++;
    }
  }
  const without = new Map<string, number>();
  for (const [rater, own] of ofRater) {
    const means = total.map(({ sum, count }, k) => (sum - own[k]!.sum) / (count - own[k]!.count));
    const difference = means[0]! - means[1]!;
    if (Number.isFinite(difference)) without.set(rater, difference);
  }
  return without;
}

/** Differences of log strength under Davidson's model, refitted without each rater's votes in turn. */
export function strengthsWithout(
  votes: Iterable<Vote>,
  pair: readonly [string, string],
  arms: readonly string[],
): ReadonlyMap<string, number> {
  const table = comparingVotes(votesToTable(votes, arms));
  const [i, j] = pair.map((arm) => table.arms.indexOf(arm)) as [number, number];
  const counts = tableToPairCounts(table);
  const full = davidson.fit(counts);
  const votesOf: number[][] = table.raters.map(() => []);
  for (let vote = 0; vote < table.voteCount; vote++) votesOf[table.rater[vote]!]!.push(vote);
  const without = new Map<string, number>();
  votesOf.forEach((own, rater) => {
    const left = counts.counts.slice();
    for (const vote of own) left[voteType(table, vote)!]! -= 1;
    const { logStrength } = davidson.fit({ armCount: counts.armCount, counts: left }, full);
    without.set(table.raters[rater]!, logStrength[i]! - logStrength[j]!);
  });
  return without;
}
