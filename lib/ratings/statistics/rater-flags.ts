/** Signs that a rater did not look: too fast, always the same side, the same answer over and over. */

import type { ArmAnswer } from "./arm-answer";
import { median } from "./quantiles";

/**
 * An answer in the order in which its rater gave it; the time may be unknown. `winner` is a side or another answer to
 * a pair (see `Vote`), or any name for what was answered to another question; see `answerPattern`.
 */
export type TimedAnswer = { readonly rater: string; readonly winner: string; readonly latencyMs?: number };

/** What a rater who does not look would repeat: a side, a score, or the place on the screen that comes out best. */
export function answerPattern(answer: ArmAnswer): string {
  switch (answer.type) {
    case "pair":
      return answer.winner;
    case "likert":
      return `score ${answer.score}`;
    case "ranking":
      return `places ${answer.order.map((arm) => answer.shown.indexOf(arm)).join(" ")}`;
    case "best-worst":
      return `places ${answer.shown.indexOf(answer.best)} ${answer.shown.indexOf(answer.worst)}`;
  }
}

/**
 * "fast": the median answer took under a third of what the study's raters usually take, or under 400 ms, in which
 * nobody reads a caption and compares two pictures. "one-sided": seven in ten or more of the decisive answers are on
 * one side, and chance does not explain it where sides are balanced. "straight-lining": a run of one answer longer than chance allows.
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

/** Under this many answers a median says little, and no rater is called fast. */
const fewestTimedAnswers = 5;
const fastestPlausibleMs = 400;
const fastShareOfUsual = 1 / 3;
/** A small leaning to one side is common and cancels out over balanced sides; only a large one is a sign. */
const oneSidedShare = 0.7;
/** Chance that any honest rater of the whole study is flagged by one of the two tests. */
const falseAlarm = 0.01;

/**
 * One report per rater, in order of appearance. The two tests of the answers are corrected for the number of
 * raters (Bonferroni), so a study of any size flags an honest rater in 1 of 100 cases per test.
 */
export function flagRaters(answers: readonly TimedAnswer[]): RaterReport[] {
  const answersOf = new Map<string, TimedAnswer[]>();
  const share = new Map<string, number>();
  for (const answer of answers) {
    const own = answersOf.get(answer.rater);
    if (own) own.push(answer);
    else answersOf.set(answer.rater, [answer]);
    share.set(answer.winner, (share.get(answer.winner) ?? 0) + 1 / answers.length);
  }
  const raters = [...answersOf].map(([rater, own]) => ({ rater, own, medianLatencyMs: medianLatency(own) }));
  const usualMs = median(raters.flatMap(({ medianLatencyMs }) => medianLatencyMs ?? []));
  const fastMs = Math.max(fastestPlausibleMs, Number.isNaN(usualMs) ? 0 : usualMs * fastShareOfUsual);
  const level = falseAlarm / Math.max(1, raters.length);

  return raters.map(({ rater, own, medianLatencyMs }) => {
    const left = own.filter(({ winner }) => winner === "left").length;
    const decisive = left + own.filter(({ winner }) => winner === "right").length;
    const run = longestRun(own.map(({ winner }) => winner));
    const flags: RaterFlag[] = [];
    if (medianLatencyMs !== null && own.length >= fewestTimedAnswers && medianLatencyMs < fastMs)
      flags.push("fast");
    const largerShare = Math.max(left, decisive - left) / decisive;
    if (largerShare >= oneSidedShare && signTestP(left, decisive) < level) flags.push("one-sided");
    if (runProbability(run.length, own.length, share.get(run.winner)!) < level) flags.push("straight-lining");
    return {
      rater,
      answers: own.length,
      medianLatencyMs,
      leftShare: decisive > 0 ? left / decisive : null,
      longestRun: run.length,
      flags,
    };
  });
}

function medianLatency(answers: readonly TimedAnswer[]): number | null {
  const latencies = answers.flatMap(({ latencyMs }) => latencyMs ?? []);
  return latencies.length > 0 ? median(latencies) : null;
}

/** Two-sided P of a split at least as uneven as `left` of `n`, when both sides are equally likely. */
export function signTestP(left: number, n: number): number {
  const smaller = Math.min(left, n - left);
  let logTerm = -n * Math.LN2;
  let sum = 0;
  for (let k = 0; k <= smaller; k++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log((n - k) / (k + 1));
  }
  return Math.min(1, 2 * sum);
}

function longestRun(winners: readonly string[]): { length: number; winner: string } {
  let best = { length: 0, winner: winners[0]! };
  let length = 0;
  winners.forEach((winner, i) => {
    length = winner === winners[i - 1] ? length + 1 : 1;
    if (length > best.length) best = { length, winner };
  });
  return best;
}

/**
 * Upper bound of P(a run of `length` equal answers among `n`), for independent answers of which a `share` is that
 * one: the expected number of places where such a run begins.
 */
function runProbability(length: number, n: number, share: number): number {
  const p = Math.min(share, 0.95);
  return p ** length * (1 + (n - length) * (1 - p));
}
