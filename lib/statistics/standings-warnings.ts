/** Warnings about ratings and differences, in sentences. */
import type { ArmEstimates } from "./arm-estimates";
import type { Score } from "./likert";
import { connectedArms, tableToPairCounts } from "./pair-counts";
import { outcomeBothBad, outcomeLeft, outcomeRight, outcomeTie, type VoteTable } from "./vote-table";

/** With fewer captions or raters, intervals are so wide that they need an explanation. */
const fewClusters = 5;
/** Above this share of equally many, loads are even enough that "a few have most of the answers" would be false. */
const mostUneven = 0.75;

/** Warns if there are no captions or raters to compare, if there are few, and if a few have most of the answers. */
export function clusterWarnings({
  basis,
  answers: clusters,
}: Pick<ArmEstimates, "basis" | "answers">): string[] {
  if (basis !== "caption and rater") {
    const missing = { caption: "one rater", rater: "one caption", vote: "one caption and one rater" }[basis];
    return [`There is only ${missing}, so the intervals do not generalise to others.`];
  }
  return (["captions", "raters"] as const).flatMap((name) => {
    const answers = clusters[name];
    const effective = effectiveNumber(answers);
    if (answers.length < fewClusters) {
      return `There are only ${answers.length} ${name}. The intervals allow for that. More ${name} would narrow them faster than more answers.`;
    }
    return effective < Math.min(fewClusters, mostUneven * answers.length)
      ? `A few of the ${answers.length} ${name} have most of the answers: for the intervals, they count as ${effective.toFixed(1)} with equal shares.`
      : [];
  });
}

/** (Σ n)² / Σ n². */
function effectiveNumber(answers: readonly number[]): number {
  const total = answers.reduce((sum, n) => sum + n, 0);
  return total ** 2 / answers.reduce((sum, n) => sum + n * n, 0);
}

/** Warns about arms that no answer compares with others, and about groups that no answer links. */
export function comparisonWarnings(table: VoteTable): string[] {
  const groups = connectedArms(tableToPairCounts(table));
  const alone = groups.filter(({ length }) => length === 1).map(([arm]) => table.arms[arm!]!);
  const linked = groups.filter(({ length }) => length > 1);
  const warnings: string[] = [];
  if (table.voteCount > 0 && linked.length === 0) {
    warnings.push("Every answer is “neither”, so there are no comparisons and no ratings.");
  }
  if (alone.length > 0 && linked.length > 0) {
    warnings.push(
      `No answer prefers ${named(alone, "or")} to another arm or another arm to ${alone.length === 1 ? "it" : "them"}, so there is no rating.`,
    );
  }
  if (linked.length > 1) {
    const lists = linked.map((group) => group.map((arm) => table.arms[arm]!).join(", ")).join(" | ");
    warnings.push(`No vote links these groups of arms, so their ratings cannot be compared: ${lists}.`);
  }
  return warnings;
}

/** Warns about arms that always got the same score, whose variance is therefore unknown. */
export function constantScoreWarnings(scores: readonly Score[]): string[] {
  const scoresOf = new Map<string, Set<number>>();
  const countOf = new Map<string, number>();
  for (const { arm, score } of scores) {
    scoresOf.set(arm, (scoresOf.get(arm) ?? new Set()).add(score));
    countOf.set(arm, (countOf.get(arm) ?? 0) + 1);
  }
  return [...scoresOf].flatMap(([arm, own]) =>
    own.size === 1
      ? `"${arm}" got ${[...own][0]} in ${countOf.get(arm) === 1 ? "its only score" : `each of ${countOf.get(arm)} scores`}. Its interval assumes that one of the scores could have been different.`
      : [],
  );
}

/** The prior of `withWeakPrior`, and of the choice models. */
const penalty =
  "A weak penalty, equivalent to one more comparison per arm that is half won and half lost, keeps the estimate finite. Its size is approximate; see the differences for whether the order is more than chance.";

/**
 * Why strengths have no finite estimate without a penalty, and what the penalty is. None if only groups that no
 * answer links make it necessary.
 *
 * @param table of all comparisons, or of those that answers imply
 */
export function penaltyWarnings(table: VoteTable): string[] {
  const { won, notWon, decisive } = countOutcomes(table);
  const arms = [...table.arms.keys()].filter((arm) => won[arm]! + notWon[arm]! > 0);
  const winners = arms.filter((arm) => notWon[arm] === 0).map((arm) => table.arms[arm]!);
  const losers = arms.filter((arm) => won[arm] === 0).map((arm) => table.arms[arm]!);
  const facts = [
    ...(winners.length > 0 ? [`${named(winners, "and")} won every comparison`] : []),
    ...(losers.length > 0 ? [`${named(losers, "and")} lost every comparison`] : []),
  ];
  if (facts.length > 0) return [`${facts.join("; ")}. ${penalty}`];
  if (connectedArms(tableToPairCounts(table)).filter(({ length }) => length > 1).length > 1) return [];
  const groups = unbeatenGroups(table);
  if (groups.length > 1) {
    const order = groups.map((group) => group.map((arm) => table.arms[arm]!).join(", ")).join(" > ");
    return [`No arm of a later group ever won or tied against one of an earlier: ${order}. ${penalty}`];
  }
  if (decisive[outcomeLeft] === 0 && decisive[outcomeRight] === 0) {
    return [`All comparisons are ties. ${penalty}`];
  }
  if (decisive[outcomeLeft] === 0 || decisive[outcomeRight] === 0) {
    return [`All preferences are for one side of the screen. ${penalty}`];
  }
  if (areSidesFixed(table)) {
    return [
      "The arms were always on the same sides, so a left-side advantage cannot be distinguished from an advantage of the arm that was there. The differences are not meaningful: show each arm on both sides.",
    ];
  }
  return [`Some strengths have no finite estimate. ${penalty}`];
}

function named(arms: readonly string[], and: "and" | "or"): string {
  const quoted = arms.map((arm) => `"${arm}"`);
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} ${and} ${quoted.at(-1)}`;
}

/** For each arm the number of comparisons that it won, and that it lost or tied. */
function countOutcomes(table: VoteTable) {
  const won = new Float64Array(table.arms.length);
  const notWon = new Float64Array(table.arms.length);
  const decisive = [0, 0];
  const ties = new Float64Array(table.arms.length);
  for (let i = 0; i < table.voteCount; i++) {
    const outcome = table.outcome[i]!;
    const [left, right] = [table.left[i]!, table.right[i]!];
    if (outcome === outcomeBothBad) continue;
    if (outcome === outcomeTie) {
      for (const arm of [left, right]) ties[arm]! += 1;
      continue;
    }
    decisive[outcome]! += 1;
    won[outcome === outcomeLeft ? left : right]! += 1;
    notWon[outcome === outcomeLeft ? right : left]! += 1;
  }
  // A tie is neither won nor lost, so an arm with ties did not win or lose every comparison.
  ties.forEach((count, arm) => {
    won[arm]! += count;
    notWon[arm]! += count;
  });
  return { won, notWon, decisive };
}

/** Groups of arms in which each can be reached from each along "won or tied with", the unbeaten first. */
function unbeatenGroups(table: VoteTable): number[][] {
  const n = table.arms.length;
  const reaches = new Uint8Array(n * n);
  const isJudged = new Uint8Array(n);
  for (let arm = 0; arm < n; arm++) reaches[arm * n + arm] = 1;
  for (let i = 0; i < table.voteCount; i++) {
    const outcome = table.outcome[i]!;
    if (outcome === outcomeBothBad) continue;
    const [left, right] = [table.left[i]!, table.right[i]!];
    isJudged[left] = isJudged[right] = 1;
    if (outcome !== outcomeRight) reaches[left * n + right] = 1;
    if (outcome !== outcomeLeft) reaches[right * n + left] = 1;
  }
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      if (!reaches[i * n + k]) continue;
      for (let j = 0; j < n; j++) if (reaches[k * n + j]) reaches[i * n + j] = 1;
    }
  }
  const groups: number[][] = [];
  for (let arm = 0; arm < n; arm++) {
    if (!isJudged[arm]) continue;
    const known = groups.find(([first]) => reaches[arm * n + first!] && reaches[first! * n + arm]);
    if (known) known.push(arm);
    else groups.push([arm]);
  }
  const reached = ([first]: number[]) => {
    let count = 0;
    for (let j = 0; j < n; j++) count += reaches[first! * n + j]!;
    return count;
  };
  return groups.sort((a, b) => reached(b) - reached(a));
}

/** Whether a left advantage explains every difference equally well: some value per arm falls by 1 from left to right. */
function areSidesFixed(table: VoteTable): boolean {
  const neighbours = table.arms.map((): { arm: number; step: number }[] => []);
  for (let i = 0; i < table.voteCount; i++) {
    if (table.outcome[i] === outcomeBothBad) continue;
    neighbours[table.left[i]!]!.push({ arm: table.right[i]!, step: -1 });
    neighbours[table.right[i]!]!.push({ arm: table.left[i]!, step: 1 });
  }
  const levelOf = new Array<number | undefined>(table.arms.length);
  for (const [start] of table.arms.entries()) {
    if (levelOf[start] !== undefined) continue;
    levelOf[start] = 0;
    const queue = [start];
    for (let from = queue.pop(); from !== undefined; from = queue.pop()) {
      for (const { arm, step } of neighbours[from]!) {
        const value = levelOf[from]! + step;
        if (levelOf[arm] === undefined) {
          levelOf[arm] = value;
          queue.push(arm);
        } else if (levelOf[arm] !== value) return false;
      }
    }
  }
  return true;
}
