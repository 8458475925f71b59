/** Which of a study's votes a leaderboard counts: by caption, and by how its raters worked. */
import { impliedVotes, toTimedAnswer } from "@/lib/questions/answer-statistics";
import type { RepeatAgreement } from "@/lib/rating/checks/repeat-agreement";
import { dawidSkene, votesToLabels } from "@/lib/statistics/dawid-skene";
import { type ReferencePreference, referencePreference } from "@/lib/statistics/hidden-reference";
import { flagRaters, type RaterFlag, type RaterReport, type TimedAnswer } from "@/lib/statistics/rater-flags";
import { votesToTable } from "@/lib/statistics/vote-table";
import { type CountedVote, listVotes } from "./list-votes";
import type { VoteSelection } from "./vote-selection";

export type RaterQuality = RaterReport & {
  /** Expected share of answers equal to the item's class (Dawid and Skene); null where nothing was compared. */
  readonly reliability: number | null;
  readonly isExcluded: boolean;
  readonly exclusionReason: string | null;
  readonly checks: number;
  readonly failedChecks: number;
  /** Agreement with themselves on repeated items; null where none was answered twice. */
  readonly repeated: RepeatAgreement | null;
  /** How often they preferred a photograph to a generated image; null where they compared none. */
  readonly reference: ReferencePreference | null;
};

/**
 * One line per rater of `votes`, which are all of one criterion.
 *
 * @param references names of the arms that are real photographs
 */
export function judgeRaters(votes: readonly CountedVote[], references: ReadonlySet<string>): RaterQuality[] {
  const comparisons = impliedVotes(votes);
  const table = votesToTable(comparisons);
  const preferences = referencePreference(comparisons, references);
  const { reliability } = dawidSkene(votesToLabels(table));
  const reliabilityOf = new Map(table.raters.map((rater, index) => [rater, reliability[index]!]));
  const voteOf = new Map(votes.map((vote) => [vote.rater, vote]));
  return flagRaters(timed(votes)).map((report) => {
    const { isExcluded, exclusionReason, checks, failedChecks, repeated } = voteOf.get(report.rater)!;
    return {
      ...report,
      reliability: reliabilityOf.get(report.rater) ?? null,
      isExcluded,
      exclusionReason,
      checks,
      failedChecks,
      repeated,
      reference: preferences.get(report.rater) ?? null,
    };
  });
}

/** Flags of a vote's rater in its criterion, blank-separated. */
export type FlagsOfRater = (vote: Pick<CountedVote, "criterion" | "rater">) => string;

/**
 * As `judgeRaters` gives them.
 *
 * @param criteria keys of those whose votes are asked about
 */
export async function flagsOfRaters(studyId: string, criteria: readonly string[]): Promise<FlagsOfRater> {
  const flagged = new Map<string, FlaggedRaters>();
  for (const criterion of criteria) {
    flagged.set(criterion, flaggedRaters(await listVotes(studyId, criterion)));
  }
  return flagsIn(flagged);
}

/** The same of votes that have been read, which may be of several criteria. */
export function flagsOfVotes(votes: readonly CountedVote[]): FlagsOfRater {
  const flagged = new Map<string, FlaggedRaters>();
  for (const key of new Set(votes.map(({ criterion }) => criterion))) {
    flagged.set(key, flaggedRaters(votes.filter(({ criterion }) => criterion === key)));
  }
  return flagsIn(flagged);
}

function flagsIn(flagged: ReadonlyMap<string, FlaggedRaters>): FlagsOfRater {
  return ({ criterion, rater }) => flagged.get(criterion)?.get(rater)?.join(" ") ?? "";
}

type FlaggedRaters = ReadonlyMap<string, readonly RaterFlag[]>;

/** Flags by rater, of those who have any. @param votes of one criterion */
export function flaggedRaters(votes: readonly CountedVote[]): FlaggedRaters {
  const reports = flagRaters(timed(votes)).filter(({ flags }) => flags.length > 0);
  return new Map(reports.map(({ rater, flags }) => [rater, flags]));
}

function timed(votes: readonly CountedVote[]): TimedAnswer[] {
  return votes.map((vote) => toTimedAnswer(vote, vote.latencyMs ?? undefined));
}

/** @param raters as `judgeRaters` makes of the same votes */
export function selectVotes<Selected extends CountedVote>(
  votes: readonly Selected[],
  raters: readonly Pick<RaterQuality, "rater" | "isExcluded" | "flags">[],
  { raters: filter = "not-excluded", containing = "", captions, category }: VoteSelection,
): Selected[] {
  const left = new Set(
    raters
      .filter(
        ({ isExcluded, flags }) =>
          filter === "all" || (!isExcluded && (filter === "not-excluded" || flags.length === 0)),
      )
      .map(({ rater }) => rater),
  );
  const wanted = containing.trim().normalize().toLowerCase();
  const picked =
    captions && captions.length > 0 ? new Set(captions.map((caption) => caption.normalize())) : null;
  return votes.filter(
    ({ rater, caption, categories }) =>
      left.has(rater) &&
      (category === undefined || categories[category.name]?.includes(category.value)) &&
      caption.normalize().toLowerCase().includes(wanted) &&
      (picked === null || picked.has(caption.normalize())),
  );
}

/**
 * Marks the votes of raters who are flagged, in place: a million copies would cost more than the statistics.
 *
 * @param raters as `judgeRaters` makes of the same votes
 */
export function markFlagged(votes: readonly CountedVote[], raters: readonly RaterQuality[]): void {
  const flagged = new Set(raters.flatMap(({ rater, flags }) => (flags.length > 0 ? [rater] : [])));
  for (const vote of votes) vote.isFlagged = flagged.has(vote.rater);
}
