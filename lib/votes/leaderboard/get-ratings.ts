/** The ratings of a study's arms: what a leaderboard shows first, without what takes several times as long. */
import { computeStandings, type Standings } from "@/lib/questions/answer-statistics";
import type { StandingsOptions } from "@/lib/statistics/standings";
import type { RaterFilter } from "@/lib/studies/design/rater-filter";
import { primaryPairOf } from "@/lib/studies/design/registration";
import { type CountedVote, listVotes } from "../list/list-votes";
import { flaggedRaters, selectVotes } from "../list/select-votes";
import type { VoteSelection } from "../list/vote-selection";
import { getLeaderboardHead, type LeaderboardCriterion } from "./get-leaderboard-head";
import { getLeaderboardStudy, type LeaderboardStudy } from "./get-leaderboard-study";

export type StudyRatings = LeaderboardStudy & {
  /** Whose answers are counted here. */
  countedRaters: RaterFilter;
  criterion: LeaderboardCriterion;
  criteria: LeaderboardCriterion[];
  leaderboard: Standings;
  /** Whether anybody answered this criterion, whatever the selection. */
  hasAnswers: boolean;
};

/**
 * Digit for digit what `getLeaderboard` says of the same votes.
 *
 * @param criterionKey the study's first criterion where absent
 * @param selection without `raters`, those are counted whom the study's registration counts
 * @throws SemblanceError `not_found` for an unknown study or criterion
 */
export async function getRatings(
  studyId: string,
  criterionKey?: string,
  selection: VoteSelection = {},
): Promise<StudyRatings> {
  const { criterion, criteria } = await getLeaderboardHead(studyId, criterionKey);
  const [{ stored, ...study }, votes] = await Promise.all([
    getLeaderboardStudy(studyId),
    listVotes(studyId, criterion.key),
  ]);
  const countedRaters = selection.raters ?? study.registeredRaters;
  const counted = selectVotes(votes, ratersOf(votes, countedRaters), { ...selection, raters: countedRaters });
  return {
    ...study,
    countedRaters,
    criterion,
    criteria,
    leaderboard: computeStandings(criterion.questionType, counted, standingsOptions(stored, criterion.key)),
    hasAnswers: votes.length > 0,
  };
}

/** Who looks careless is found out only where it decides who counts. */
function ratersOf(votes: readonly CountedVote[], filter: RaterFilter) {
  const flagged = filter === "not-flagged" ? flaggedRaters(votes) : new Map<string, never>();
  const excluded = new Map(votes.map(({ rater, isExcluded }) => [rater, isExcluded]));
  return [...excluded].map(([rater, isExcluded]) => ({
    rater,
    isExcluded,
    flags: flagged.get(rater) ?? [],
  }));
}

/** What the statistics of a question need to know of a study. */
export function standingsOptions(
  study: {
    seed: number;
    primary: unknown;
    arms: readonly { name: string; datasetId: string | null; sampleSetId: string | null }[];
  },
  question: string,
): StandingsOptions {
  const primaryPair = primaryPairOf(study.primary, question);
  const original = study.arms.find((arm) => arm.sampleSetId !== null);
  const real = study.arms.find((arm) => arm.datasetId !== null);
  return {
    seed: study.seed,
    arms: study.arms.map((arm) => arm.name),
    ...(original && real ? { way: { from: original.name, to: real.name } } : {}),
    ...(primaryPair ? { primaryPair } : {}),
  };
}
