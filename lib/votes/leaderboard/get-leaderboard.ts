/** What people and metrics say about the arms of a study. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import {
  agreementExamples,
  computeStandings,
  type Standings,
  sensitivityOf,
} from "@/lib/questions/answer-statistics";
import type { JudgedItem } from "@/lib/statistics/item-agreement";
import type { Sensitivity } from "@/lib/statistics/sensitivity";
import type { StandingsOptions } from "@/lib/statistics/standings";
import type { RaterFilter } from "@/lib/studies/design/rater-filter";
import {
  defaultRaters,
  type PrimaryComparison,
  primaryComparison,
  primaryPairOf,
  registration,
} from "@/lib/studies/design/registration";
import type { Stopping } from "@/lib/studies/stopping/stopping";
import { noteFirstLook, readStopping } from "@/lib/studies/stopping/study-stopping";
import { listVotes, type RecordedVote } from "../list/list-votes";
import {
  judgeRaters,
  type RaterQuality,
  selectVotes,
  type VoteSelection,
  withRaterOf,
} from "../list/select-votes";
import { compareWithMetrics, type MetricAgreement } from "./compare-with-metrics";
import { chooseCriterion, criteriaOfLeaderboard, type LeaderboardCriterion } from "./get-leaderboard-head";
import { type MarkedFaults, markedFaults } from "./marked-faults";

export type AutomaticScore = {
  metric: string;
  value: number | null;
  low: number | null;
  high: number | null;
  realCount: number;
  generatedCount: number;
  warnings: string[];
  /** What brings the figure where `value` is null. */
  remedy: string | null;
};

export type StudyLeaderboard = {
  studyId: string;
  studyName: string;
  isDemo: boolean;
  /** Whether answers still come in. */
  isOpen: boolean;
  /** Whether these are answers of a pilot, which count for nothing. */
  isPilot: boolean;
  /** How it ended and when it was first looked at, this look included. */
  stopping: Stopping;
  planHash: string | null;
  /** The comparison that was registered to decide; null where none was, also for studies before registrations. */
  primary: PrimaryComparison | null;
  /** Whose answers the registration counts. */
  registeredRaters: RaterFilter;
  /** Whose answers are counted here. */
  countedRaters: RaterFilter;
  criterion: LeaderboardCriterion;
  criteria: LeaderboardCriterion[];
  leaderboard: Standings;
  /** The same without flagged raters, where they are counted and there are any. */
  withoutFlagged: Standings | null;
  /** Everybody who answered this criterion, whatever the selection. */
  raters: RaterQuality[];
  /** Items that the selected raters agreed on most and least. */
  examples: { strongest: JudgedItem<RecordedVote>[]; weakest: JudgedItem<RecordedVote>[] };
  /** Missing words and wrong places; null where the criterion does not ask for them. */
  faults: MarkedFaults | null;
  /** What the primary or the leading difference hangs on; null where the answers compare no two arms. */
  sensitivity: Sensitivity | null;
  /** How far people and metrics agree, by metric. */
  metricAgreement: MetricAgreement[];
  /** Newest finished scores by arm; none for photographs, which are what the others are measured against. */
  automatic: { arm: string; scores: AutomaticScore[] }[];
  /** How long the statistics took when they were computed. */
  computingMs: number;
  /** SHA-256 of the weights behind each arm's images: the upsampler's where there is one, else the base's. */
  checkpointSha256ByArm: Record<string, string | null>;
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
  const study = await db.study.findUnique({
    where: { id: studyId },
    include: {
      criteria: criteriaOfLeaderboard,
      arms: {
        orderBy: { position: "asc" },
        include: {
          sampleSet: {
            include: {
              baseCheckpoint: { select: { blobSha256: true } },
              upsamplerCheckpoint: { select: { blobSha256: true } },
              evaluations: {
                where: { state: "SUCCEEDED" },
                orderBy: { createdAt: "asc" },
                include: { scores: true },
              },
            },
          },
        },
      },
    },
  });
  if (!study) throw new SemblanceError("not_found", "There is no such study.");
  const { criterion, criteria } = chooseCriterion(study, criterionKey);

  if (study.state === "OPEN" && study.firstLookAt === null) await noteFirstLook(studyId);
  const automatic = study.arms.flatMap(({ name, sampleSet }) =>
    sampleSet ? [{ arm: name, scores: newestScores(sampleSet.evaluations) }] : [],
  );
  const registeredRaters = defaultRaters(registration.parse(study.registration));
  const counted = { ...selection, raters: selection.raters ?? registeredRaters };
  const result = await computeOnce(study, criterion, counted, automatic);

  return {
    studyId,
    studyName: study.name,
    isDemo: study.isDemo,
    isOpen: study.state === "OPEN",
    isPilot: study.isPilot,
    stopping: await readStopping(studyId),
    planHash: study.planHash,
    primary: study.registrationText === null ? null : primaryComparison.nullable().parse(study.primary),
    registeredRaters,
    countedRaters: counted.raters,
    criterion,
    criteria,
    ...result,
    automatic,
    checkpointSha256ByArm: Object.fromEntries(
      study.arms.map(({ name, sampleSet }) => [
        name,
        (sampleSet?.upsamplerCheckpoint ?? sampleSet?.baseCheckpoint)?.blobSha256 ?? null,
      ]),
    ),
  };
}

type Computed = Pick<
  StudyLeaderboard,
  | "leaderboard"
  | "withoutFlagged"
  | "raters"
  | "examples"
  | "faults"
  | "sensitivity"
  | "metricAgreement"
  | "computingMs"
>;

/** Computed leaderboards by study, criterion, selection and what was answered, the latest last. */
const computed = new Map<string, Computed>();
const mostComputed = 20;

const shownExamples = 6;

/** The arms that are real photographs. */
export function referenceArms(
  arms: readonly { name: string; datasetId: string | null }[],
): ReadonlySet<string> {
  return new Set(arms.filter(({ datasetId }) => datasetId !== null).map(({ name }) => name));
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

/** Votes are added and revised, and raters excluded and let in again: counts of all three and the last times tell. */
async function computeOnce(
  study: { id: string; primary: unknown } & Parameters<typeof standingsOptions>[0],
  { key: criterionKey, questionType, marksWords, marksPlaces }: LeaderboardCriterion,
  selection: VoteSelection,
  automatic: StudyLeaderboard["automatic"],
): Promise<Computed> {
  const [state] = await db.$queryRaw<{ mark: string }[]>`
    SELECT concat_ws(' ', count(*), sum(r.revision), max(r."createdAt"), max(r."revisedAt"),
                     md5(string_agg(DISTINCT a."raterId"::text, ',') FILTER (WHERE person."excludedAt" IS NULL))) AS mark
    FROM "Rating" r JOIN "Assignment" a ON a.id = r."assignmentId" JOIN "Item" i ON i.id = a."itemId"
    JOIN "Criterion" c ON c.id = i."criterionId" JOIN "Rater" person ON person.id = a."raterId"
    WHERE i."studyId" = ${study.id}::uuid AND c.key = ${criterionKey}`;
  const key = JSON.stringify([study.id, criterionKey, state?.mark, selection, automatic]);
  const known = computed.get(key);
  if (known) return known;

  const votes = await listVotes(study.id, criterionKey);
  const start = performance.now();
  const raters = judgeRaters(votes, referenceArms(study.arms));
  const selected = selectVotes(votes, raters, selection);
  const options = standingsOptions(study, criterionKey);
  const { raters: filter = "not-excluded" } = selection;
  const isAnyFlagged = raters.some(({ flags, isExcluded }) => flags.length > 0 && !isExcluded);
  const leaderboard = computeStandings(questionType, selected, options);
  const result: Computed = {
    leaderboard,
    withoutFlagged:
      filter !== "not-flagged" && isAnyFlagged
        ? computeStandings(
            questionType,
            selectVotes(votes, raters, { ...selection, raters: "not-flagged" }),
            options,
          )
        : null,
    raters,
    sensitivity: sensitivityOf(
      questionType,
      selectVotes(votes, raters, { ...selection, raters: "all" }).map(withRaterOf(raters)),
      { arms: options.arms, raters: filter, primaryPair: primaryPairOf(study.primary, criterionKey) },
    ),
    metricAgreement: await compareWithMetrics(
      study.id,
      selected,
      new Map(leaderboard.rows.flatMap(({ arm, rating }) => (rating === null ? [] : [[arm, rating]]))),
      automatic,
      study.seed,
    ),
    examples: agreementExamples(selected, shownExamples),
    faults: marksWords || marksPlaces ? markedFaults(selected, options.arms) : null,
    computingMs: performance.now() - start,
  };
  computed.set(key, result);
  for (const oldest of computed.keys()) {
    if (computed.size <= mostComputed) break;
    computed.delete(oldest);
  }
  return result;
}

/** @param evaluations oldest first: a metric measured again replaces its earlier value */
function newestScores(evaluations: { scores: AutomaticScore[] }[]): AutomaticScore[] {
  const byMetric = new Map(evaluations.flatMap(({ scores }) => scores.map((score) => [score.metric, score])));
  return [...byMetric.values()]
    .sort((a, b) => a.metric.localeCompare(b.metric))
    .map(({ metric, value, low, high, realCount, generatedCount, warnings, remedy }) => ({
      metric,
      value,
      low,
      high,
      realCount,
      generatedCount,
      warnings,
      remedy,
    }));
}
