/** What people and metrics say about the arms of a study. */
import { db } from "@/lib/db";
import { SemblanceError } from "@/lib/errors";
import { listVotes } from "../ratings/list-votes";
import { computeLeaderboard, type Leaderboard } from "../ratings/statistics/leaderboard";

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
  planHash: string | null;
  criterion: { key: string; question: string };
  criteria: { key: string; question: string }[];
  leaderboard: Leaderboard;
  /** Newest finished scores by arm; none for photographs, which are what the others are measured against. */
  automatic: { arm: string; scores: AutomaticScore[] }[];
  /** SHA-256 of the weights behind each arm's pictures: the upsampler's where there is one, else the base's. */
  checkpointSha256ByArm: Record<string, string | null>;
};

/**
 * @param criterionKey the study's first criterion where absent
 * @throws SemblanceError `not_found` for an unknown study or criterion
 */
export async function getLeaderboard(studyId: string, criterionKey?: string): Promise<StudyLeaderboard> {
  const study = await db.study.findUnique({
    where: { id: studyId },
    include: {
      criteria: { orderBy: { position: "asc" }, select: { key: true, question: true } },
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
  const criterion = criterionKey
    ? study.criteria.find((candidate) => candidate.key === criterionKey)
    : study.criteria[0];
  if (!criterion) {
    throw new SemblanceError("not_found", `“${study.name}” has no criterion named “${criterionKey}”.`, {
      remedy: `Choose one of: ${study.criteria.map((candidate) => candidate.key).join(", ")}.`,
    });
  }

  const leaderboard = await computeOnce(study, criterion.key);

  return {
    studyId,
    studyName: study.name,
    planHash: study.planHash,
    criterion,
    criteria: study.criteria,
    leaderboard,
    automatic: study.arms.flatMap(({ name, sampleSet }) =>
      sampleSet ? [{ arm: name, scores: newestScores(sampleSet.evaluations) }] : [],
    ),
    checkpointSha256ByArm: Object.fromEntries(
      study.arms.map(({ name, sampleSet }) => [
        name,
        (sampleSet?.upsamplerCheckpoint ?? sampleSet?.baseCheckpoint)?.blobSha256 ?? null,
      ]),
    ),
  };
}

/** Computed leaderboards by study, criterion and what was answered, the latest last. */
const computed = new Map<string, Leaderboard>();
const mostComputed = 100;

/** Votes are added and revised, and raters excluded and let in again: counts of all three and the last times tell. */
async function computeOnce(
  study: {
    id: string;
    seed: number;
    arms: { name: string; datasetId: string | null; sampleSetId: string | null }[];
  },
  criterionKey: string,
): Promise<Leaderboard> {
  const [state] = await db.$queryRaw<{ mark: string }[]>`
    SELECT concat_ws(' ', count(*), sum(r.revision), max(r."createdAt"), max(r."revisedAt"),
                     md5(string_agg(DISTINCT a."raterId"::text, ',') FILTER (WHERE person."excludedAt" IS NULL))) AS mark
    FROM "Rating" r JOIN "Assignment" a ON a.id = r."assignmentId" JOIN "Item" i ON i.id = a."itemId"
    JOIN "Criterion" c ON c.id = i."criterionId" JOIN "Rater" person ON person.id = a."raterId"
    WHERE i."studyId" = ${study.id}::uuid AND c.key = ${criterionKey}`;
  const key = `${study.id} ${criterionKey} ${state?.mark}`;
  const known = computed.get(key);
  if (known) return known;

  const original = study.arms.find((arm) => arm.sampleSetId !== null);
  const real = study.arms.find((arm) => arm.datasetId !== null);
  const votes = await listVotes(study.id, { criterion: criterionKey });
  const leaderboard = computeLeaderboard(votes, {
    seed: study.seed,
    arms: study.arms.map((arm) => arm.name),
    ...(original && real ? { way: { from: original.name, to: real.name } } : {}),
  });
  computed.set(key, leaderboard);
  for (const oldest of computed.keys()) {
    if (computed.size <= mostComputed) break;
    computed.delete(oldest);
  }
  return leaderboard;
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
