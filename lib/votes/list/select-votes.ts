/** Which of a study's votes a leaderboard counts: by caption, and by how its raters worked. */
import { type CaptionCategory, parseCategory } from "@/lib/datasets/caption-category";
import { impliedVotes, toTimedAnswer } from "@/lib/questions/answer-statistics";
import { isCheckReason } from "@/lib/rating/checks/exclusion-reasons";
import type { RepeatAgreement } from "@/lib/rating/checks/repeat-agreement";
import { dawidSkene, votesToLabels } from "@/lib/statistics/dawid-skene";
import { type ReferencePreference, referencePreference } from "@/lib/statistics/hidden-reference";
import { flagRaters, type RaterReport } from "@/lib/statistics/rater-flags";
import { votesToTable } from "@/lib/statistics/vote-table";
import { type RaterFilter, raterFilters } from "@/lib/studies/design/rater-filter";
import type { RecordedVote } from "./list-votes";

export type VoteSelection = {
  readonly raters?: RaterFilter;
  /** Only captions that contain this text, in whatever case. */
  readonly containing?: string;
  /** Only these captions. */
  readonly captions?: readonly string[];
  /** Only captions of this category. */
  readonly category?: CaptionCategory;
};

/**
 * `raters`, `containing`, `caption` (any number of times) and `category` out of an address; `raters` is absent, which
 * stands for what the study registered, where the address has none that can be used.
 */
export function readVoteSelection(
  asked: URLSearchParams,
): VoteSelection & Required<Pick<VoteSelection, "containing" | "captions">> {
  const raters = raterFilters.find((filter) => filter === asked.get("raters"));
  const category = parseCategory(asked.get("category") ?? "");
  return {
    ...(raters ? { raters } : {}),
    ...(category ? { category } : {}),
    containing: asked.get("containing") ?? "",
    captions: asked.getAll("caption"),
  };
}

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
export function judgeRaters(votes: readonly RecordedVote[], references: ReadonlySet<string>): RaterQuality[] {
  const comparisons = impliedVotes(votes);
  const table = votesToTable(comparisons);
  const preferences = referencePreference(comparisons, references);
  const { reliability } = dawidSkene(votesToLabels(table));
  const reliabilityOf = new Map(table.raters.map((rater, index) => [rater, reliability[index]!]));
  const voteOf = new Map(votes.map((vote) => [vote.rater, vote]));
  return flagRaters(votes.map((vote) => toTimedAnswer(vote, vote.latencyMs ?? undefined))).map((report) => {
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

/** @param raters as `judgeRaters` makes of the same votes */
export function selectVotes<Selected extends RecordedVote>(
  votes: readonly Selected[],
  raters: readonly RaterQuality[],
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
      (category === undefined || categories[category.name] === category.value) &&
      caption.normalize().toLowerCase().includes(wanted) &&
      (picked === null || picked.has(caption.normalize())),
  );
}

/** Adds to a vote what is known of its rater. @param raters as `judgeRaters` makes of the same votes */
export function withRaterOf<Vote extends RecordedVote>(
  raters: readonly RaterQuality[],
): (vote: Vote) => Vote & { isExcludedByCheck: boolean; isFlagged: boolean } {
  const flagged = new Set(raters.flatMap(({ rater, flags }) => (flags.length > 0 ? [rater] : [])));
  return (vote) => ({
    ...vote,
    isExcludedByCheck: vote.isExcluded && isCheckReason(vote.exclusionReason),
    isFlagged: flagged.has(vote.rater),
  });
}
