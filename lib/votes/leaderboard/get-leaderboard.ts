/** What people and metrics say about the arms of a study. */
import {
  agreementExamples,
  computeStandings,
  type Standings,
  sensitivityOf,
} from "@/lib/questions/answer-statistics";
import type { JudgedItem } from "@/lib/statistics/item-agreement";
import type { Sensitivity } from "@/lib/statistics/sensitivity";
import type { RaterFilter } from "@/lib/studies/design/rater-filter";
import { primaryPairOf } from "@/lib/studies/design/registration";
import { type CountedVote, listVotes } from "../list/list-votes";
import { judgeRaters, markFlagged, type RaterQuality, selectVotes } from "../list/select-votes";
import type { VoteSelection } from "../list/vote-selection";
import { type ScoreCorrelations, scoreCorrelations } from "../metrics/score-correlations";
import { compareWithMetrics, type MetricAgreement, shownImageScores } from "./compare-with-metrics";
import { getLeaderboardHead, type LeaderboardCriterion } from "./get-leaderboard-head";
import { getLeaderboardStudy, type StoredStudy } from "./get-leaderboard-study";
import { type StudyRatings, standingsOptions } from "./get-ratings";
import { type MarkedFaults, markedFaults } from "./marked-faults";

export type StudyLeaderboard = StudyRatings & {
  /** The same without flagged raters, where they are counted and there are any. */
  withoutFlagged: Standings | null;
  /** Everybody who answered this criterion, whatever the selection. */
  raters: RaterQuality[];
  /** Items that the selected raters agreed on most and least. */
  examples: { strongest: JudgedItem<CountedVote>[]; weakest: JudgedItem<CountedVote>[] };
  /** Missing words and wrong places; null where the criterion does not ask for them. */
  faults: MarkedFaults | null;
  /** What the primary or the leading difference hangs on; null where the answers compare no two arms. */
  sensitivity: Sensitivity | null;
  /** How far people and metrics agree, by metric. */
  metricAgreement: MetricAgreement[];
  /** Rank correlations of metrics with people's mean scores; null for other answers, and without metrics of images. */
  scoreCorrelations: ScoreCorrelations | null;
  /** How long the statistics took when they were computed. */
  computingMs: number;
};

/**
 * @param criterionKey the study's first criterion where absent
 * @param selection without `raters`, those are counted whom the study's registration counts
 * @throws SemblanceError `not_found` for an unknown study or criterion
 */
export async function getLeaderboard(
  studyId: string,
  criterionKey?: string,
  selection: VoteSelection = {},
): Promise<StudyLeaderboard> {
  const { criterion, criteria } = await getLeaderboardHead(studyId, criterionKey);
  const [{ stored, ...study }, votes, imageScores] = await Promise.all([
    getLeaderboardStudy(studyId),
    listVotes(studyId, criterion.key),
    shownImageScores(studyId),
  ]);
  const countedRaters = selection.raters ?? study.registeredRaters;
  const counted = { ...selection, raters: countedRaters };
  return {
    ...study,
    countedRaters,
    criterion,
    criteria,
    ...(await judge(stored, criterion, counted, { votes, imageScores, automatic: study.automatic })),
  };
}

type Judged = Pick<
  StudyLeaderboard,
  | "leaderboard"
  | "hasAnswers"
  | "withoutFlagged"
  | "raters"
  | "examples"
  | "faults"
  | "sensitivity"
  | "metricAgreement"
  | "scoreCorrelations"
  | "computingMs"
>;

const shownExamples = 6;

/** The arms that are real photographs. */
export function referenceArms(
  arms: readonly { name: string; datasetId: string | null }[],
): ReadonlySet<string> {
  return new Set(arms.filter(({ datasetId }) => datasetId !== null).map(({ name }) => name));
}

/** What people and metrics say. */
type Evidence = {
  /** All of the criterion. */
  readonly votes: readonly CountedVote[];
  readonly imageScores: Awaited<ReturnType<typeof shownImageScores>>;
  readonly automatic: StudyLeaderboard["automatic"];
};

async function judge(
  study: StoredStudy,
  { key: criterionKey, questionType, marksWords, marksPlaces }: LeaderboardCriterion,
  selection: VoteSelection & { raters: RaterFilter },
  { votes, imageScores, automatic }: Evidence,
): Promise<Judged> {
  const start = performance.now();
  const raters = judgeRaters(votes, referenceArms(study.arms));
  markFlagged(votes, raters);
  const selected = selectVotes(votes, raters, selection);
  const options = standingsOptions(study, criterionKey);
  const { raters: filter } = selection;
  const isAnyFlagged = raters.some(({ flags, isExcluded }) => flags.length > 0 && !isExcluded);
  const leaderboard = computeStandings(questionType, selected, options);
  return {
    leaderboard,
    hasAnswers: votes.length > 0,
    withoutFlagged:
      filter !== "not-flagged" && isAnyFlagged
        ? computeStandings(
            questionType,
            selectVotes(votes, raters, { ...selection, raters: "not-flagged" }),
            options,
          )
        : null,
    raters,
    sensitivity: sensitivityOf(questionType, selectVotes(votes, raters, { ...selection, raters: "all" }), {
      arms: options.arms,
      raters: filter,
      primaryPair: primaryPairOf(study.primary, criterionKey),
    }),
    metricAgreement: compareWithMetrics(
      selected,
      new Map(leaderboard.rows.flatMap(({ arm, rating }) => (rating === null ? [] : [[arm, rating]]))),
      automatic,
      imageScores,
      study.seed,
    ),
    scoreCorrelations: await scoreCorrelations(study.id, selected, imageScores),
    examples: agreementExamples(selected, shownExamples),
    faults: marksWords || marksPlaces ? markedFaults(selected, options.arms) : null,
    computingMs: performance.now() - start,
  };
}
