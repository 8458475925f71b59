/** Which single rater matters most for the difference of two arms. */
import { type ArmAnswer, impliedVotes } from "./arm-answer";
import { davidson } from "./davidson";
import { tableToPairCounts, voteType } from "./pair-counts";
import { comparingVotes, votesToTable } from "./vote-table";

/**
 * The rater without whom the first arm less the second is lowest, and the one without whom it is highest; empty for a
 * single rater. For pairs, and for rankings and best-worst answers by the comparisons that they imply, each rater's votes
 * are taken off and Davidson's model is fitted again; for scores the means are taken again.
 */
export function oneRaterOut(
  questionType: ArmAnswer["type"],
  answers: readonly ArmAnswer[],
  pair: readonly [string, string],
  arms: readonly string[],
): string[] {
  const differences =
    questionType === "likert" ? meansWithout(answers, pair) : strengthsWithout(answers, pair, arms);
  const ranked = [...differences].sort(([, a], [, b]) => a - b);
  return ranked.length < 2 ? [] : [ranked[0]![0], ranked.at(-1)![0]];
}

function meansWithout(
  answers: readonly ArmAnswer[],
  pair: readonly [string, string],
): ReadonlyMap<string, number> {
  const total = pair.map(() => ({ sum: 0, count: 0 }));
  const ofRater = new Map<string, { sum: number; count: number }[]>();
  for (const answer of answers) {
    if (answer.type !== "likert") continue;
    const place = answer.shown[0] === pair[0] ? 0 : answer.shown[0] === pair[1] ? 1 : null;
    if (place === null) continue;
    const own = ofRater.get(answer.rater) ?? pair.map(() => ({ sum: 0, count: 0 }));
    ofRater.set(answer.rater, own);
    for (const tally of [total[place]!, own[place]!]) {
      tally.sum += answer.score;
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

function strengthsWithout(
  answers: readonly ArmAnswer[],
  pair: readonly [string, string],
  arms: readonly string[],
): ReadonlyMap<string, number> {
  const table = comparingVotes(votesToTable(impliedVotes(answers), arms));
  const [i, j] = pair.map((arm) => table.arms.indexOf(arm)) as [number, number];
  const counts = tableToPairCounts(table);
  const full = davidson.fit(counts);
  const votesOf: number[][] = table.raters.map(() => []);
  for (let vote = 0; vote < table.voteCount; vote++) votesOf[table.rater[vote]!]!.push(vote);
  const without = new Map<string, number>();
  votesOf.forEach((votes, rater) => {
    const left = counts.counts.slice();
    for (const vote of votes) left[voteType(table, vote)!]! -= 1;
    const { logStrength } = davidson.fit({ armCount: counts.armCount, counts: left }, full);
    without.set(table.raters[rater]!, logStrength[i]! - logStrength[j]!);
  });
  return without;
}
