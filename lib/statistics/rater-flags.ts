/** Signs that a rater did not look at the images: too fast, always the same side, the same answer over and over. */
import { binomialAtLeast } from "../numerics/binomial";
import { normalMean, normalQuantile } from "../numerics/distributions";
import { median } from "../numerics/quantiles";
import { isRunTooLong, longestRun, type PlacedAnswer } from "./answer-runs";
import { fastRaters } from "./fast-raters";
import { oneAnswerTest } from "./one-answer";
import type { Winner } from "./vote";

/**
 * An answer, in the order in which its rater gave it; the time may be unknown. `winner` is a side or another answer to
 * a pair (see `Vote`), or any name for the answer to another type of question, see `AnswerModel.pattern`. `shown` are the arms
 * from left to right. Answers without a caption count as one caption each.
 */
export type TimedAnswer = {
  readonly rater: string;
  readonly winner: string;
  /** The side that is better, or "tie", if `winner` is not a side. */
  readonly side?: Winner | null;
  readonly caption?: string;
  readonly shown?: readonly string[];
  readonly latencyMs?: number;
};

/**
 * "fast": the median answer took under 400 ms, or under a third of the others' time and less than their spread
 * explains; see `fastRaters`. "one-sided": at least 70% of the decisive answers are on one side, more
 * than chance and a careful rater's left/right bias explain; see `chanceOfSide`.
 * "straight-lining": a run of one answer that is too long for the rater's own answers in random order, or nearly nothing
 * but one answer; see `isRunTooLong` and `oneAnswerTest`.
 */
export type RaterFlag = "fast" | "one-sided" | "straight-lining";

export type RaterReport = {
  readonly rater: string;
  readonly answers: number;
  /** Null where no times are known. */
  readonly medianLatencyMs: number | null;
  /** Left among left and right answers; null without any. */
  readonly leftShare: number | null;
  /** Length of the longest run of one answer. */
  readonly longestRun: number;
  readonly flags: readonly RaterFlag[];
};

/** With fewer answers a median means little, and no rater is flagged as fast. */
const fewestTimedAnswers = 5;
/** A slight left/right bias is common and cancels out over balanced sides; only a large one is a sign. */
const oneSidedShare = 0.7;
/** Standard deviation of careful raters' log odds of a side between equal images; the planner's "large" effect is 0.4. */
const sideSpread = 0.5;
/** Probability that one of the three tests flags any careful rater of the whole study. */
const falseAlarm = 0.01;

/**
 * One report per rater, in order of appearance. Each test is corrected for the number of raters (Bonferroni), so a
 * study of any size flags a careful rater in at most 1 of 100 cases per test.
 */
export function flagRaters(answers: readonly TimedAnswer[]): RaterReport[] {
  const answersOf = new Map<string, TimedAnswer[]>();
  for (const answer of answers) {
    const own = answersOf.get(answer.rater);
    if (own) own.push(answer);
    else answersOf.set(answer.rater, [answer]);
  }
  const level = falseAlarm / Math.max(1, answersOf.size);
  const balanced = areSidesBalanced(answers);
  const contests = new Map<readonly string[], string>();
  const placed = [...answersOf.values()].map((own) =>
    own.map((answer, place) => toPlaced(answer, place, contests)),
  );
  const isOneAnswer = oneAnswerTest(placed);
  const medians = [...answersOf.values()].map(medianLatency);
  const fast = flagFast([...answersOf.values()], medians, level);

  return [...answersOf].map(([rater, own], index) => {
    const onSide = (wanted: Winner) =>
      own.filter(({ winner, side }) => (side === undefined ? winner : side) === wanted).length;
    const left = onSide("left");
    const decisive = left + onSide("right");
    const larger = Math.max(left, decisive - left);
    const isOneSided =
      balanced && larger >= oneSidedShare * decisive && chanceOfSide(larger, decisive) <= level;
    const isStraight = isOneAnswer(index, level / 2) || isRunTooLong(placed[index]!, level / 2);
    return {
      rater,
      answers: own.length,
      medianLatencyMs: medians[index]!,
      leftShare: decisive > 0 ? left / decisive : null,
      longestRun: longestRun(own.map(({ winner }) => winner)),
      flags: [
        ...(fast[index] ? (["fast"] as const) : []),
        ...(isOneSided ? (["one-sided"] as const) : []),
        ...(isStraight ? (["straight-lining"] as const) : []),
      ],
    };
  });
}

/**
 * Probability that a careful rater, with a bias drawn from that of careful raters, has at least this many of `decisive` answers on
 * one side: 2 ∫ φ(z) P(X ≥ larger | logistic(0.5 z)) dz, X binomial. Sides are drawn anew for every item, so answers
 * fall on them independently, however similar the captions are.
 */
function chanceOfSide(larger: number, decisive: number): number {
  if (decisive === 0) return 1;
  const chance = normalMean((z) => binomialAtLeast(larger, decisive, 1 / (1 + Math.exp(-sideSpread * z))));
  return Math.min(1, 2 * chance);
}

/** @param contests by lists of arms, which many answers share */
function toPlaced(
  { caption, shown, winner }: TimedAnswer,
  place: number,
  contests: Map<readonly string[], string>,
): PlacedAnswer {
  let contest = shown ? contests.get(shown) : "";
  if (contest === undefined) {
    contest = JSON.stringify([...shown!].sort());
    contests.set(shown!, contest);
  }
  return { caption: caption ?? `answer ${place}`, contest, pattern: winner };
}

function flagFast(
  answersOf: readonly (readonly TimedAnswer[])[],
  medians: readonly (number | null)[],
  level: number,
): boolean[] {
  const timed = medians.flatMap((ms, index) =>
    ms !== null && answersOf[index]!.length >= fewestTimedAnswers ? [{ ms, index }] : [],
  );
  const isFast = fastRaters(
    timed.map(({ ms }) => ms),
    level,
  );
  const fast = new Set(timed.filter((_, at) => isFast[at]).map(({ index }) => index));
  return medians.map((_, index) => fast.has(index));
}

function medianLatency(answers: readonly TimedAnswer[]): number | null {
  const latencies = answers.flatMap(({ latencyMs }) => latencyMs ?? []);
  return latencies.length > 0 ? median(latencies) : null;
}

/** Probability at which randomly drawn sides are called unbalanced. */
const unbalancedAt = 0.001;

/**
 * Whether arms were on the left as often as on the right, up to chance (χ² = (k - 1) / k · Σ (left - right)² / (left + right) over k arms).
 * If an arm keeps its side, as in many external files, a side that wins often is only an arm that wins often, and
 * says nothing about the rater.
 */
function areSidesBalanced(answers: readonly TimedAnswer[]): boolean {
  const sides = new Map<string, { left: number; right: number }>();
  for (const { shown } of answers) {
    if (shown?.length !== 2) continue;
    shown.forEach((arm, place) => {
      const counts = sides.get(arm) ?? { left: 0, right: 0 };
      counts[place === 0 ? "left" : "right"]++;
      sides.set(arm, counts);
    });
  }
  if (sides.size < 2) return true;
  const degrees = sides.size - 1;
  // An arm on the left has another on the right, so the differences add up to 0: k of them have k - 1 degrees of freedom.
  const statistic =
    (degrees / sides.size) *
    [...sides.values()].reduce((sum, { left, right }) => sum + (left - right) ** 2 / (left + right), 0);
  // Wilson and Hilferty (1931): the cube root of χ² / degrees is nearly normal.
  const scale = 2 / (9 * degrees);
  return statistic <= degrees * (1 - scale + normalQuantile(1 - unbalancedAt) * Math.sqrt(scale)) ** 3;
}
