/** Which of a study's votes a leaderboard counts: by caption, and by how its raters worked. */
import type { RecordedVote } from "./list-votes";
import { impliedVotes } from "./statistics/arm-answer";
import { dawidSkene, votesToLabels } from "./statistics/dawid-skene";
import { answerPattern, flagRaters, type RaterReport } from "./statistics/rater-flags";
import { votesToTable } from "./statistics/vote-table";

/**
 * all: everybody's answers. not-excluded: without raters whom a check or a person has excluded. not-flagged: also
 * without those whose answers look careless.
 */
export const raterFilters = ["not-excluded", "not-flagged", "all"] as const;
export type RaterFilter = (typeof raterFilters)[number];

export type VoteSelection = {
  readonly raters?: RaterFilter;
  /** Only captions that contain this text, in whatever case. */
  readonly containing?: string;
  /** Only these captions. */
  readonly captions?: readonly string[];
};

export type RaterQuality = RaterReport & {
  /** Expected share of answers equal to the item's class (Dawid and Skene); null where nothing was compared. */
  readonly reliability: number | null;
  readonly isExcluded: boolean;
  readonly exclusionReason: string | null;
  readonly checks: number;
  readonly failedChecks: number;
};

/** One line per rater of `votes`, which are all of one criterion. */
export function judgeRaters(votes: readonly RecordedVote[]): RaterQuality[] {
  const table = votesToTable(impliedVotes(votes));
  const { reliability } = dawidSkene(votesToLabels(table));
  const reliabilityOf = new Map(table.raters.map((rater, index) => [rater, reliability[index]!]));
  const voteOf = new Map(votes.map((vote) => [vote.rater, vote]));
  return flagRaters(
    votes.map((vote) => ({ rater: vote.rater, winner: answerPattern(vote), latencyMs: vote.latencyMs })),
  ).map((report) => {
    const { isExcluded, exclusionReason, checks, failedChecks } = voteOf.get(report.rater)!;
    const reliable = reliabilityOf.get(report.rater) ?? null;
    return { ...report, reliability: reliable, isExcluded, exclusionReason, checks, failedChecks };
  });
}

/** @param raters as `judgeRaters` makes of the same votes */
export function selectVotes<Selected extends RecordedVote>(
  votes: readonly Selected[],
  raters: readonly RaterQuality[],
  { raters: filter = "not-excluded", containing = "", captions }: VoteSelection,
): Selected[] {
  const left = new Set(
    raters
      .filter(
        ({ isExcluded, flags }) =>
          filter === "all" || (!isExcluded && (filter === "not-excluded" || flags.length === 0)),
      )
      .map(({ rater }) => rater),
  );
  const wanted = containing.trim().toLowerCase();
  const picked = captions && captions.length > 0 ? new Set(captions) : null;
  return votes.filter(
    ({ rater, caption }) =>
      left.has(rater) && caption.toLowerCase().includes(wanted) && (picked === null || picked.has(caption)),
  );
}
