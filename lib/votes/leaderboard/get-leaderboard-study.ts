/** What a leaderboard says of its study: everything that does not follow from the answers. */
import { SemblanceError } from "@/lib/errors";
import type { Prisma } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import type { RaterFilter } from "@/lib/studies/design/rater-filter";
import {
  defaultRaters,
  type PrimaryComparison,
  primaryComparison,
  registration,
} from "@/lib/studies/design/registration";
import type { Stopping } from "@/lib/studies/stopping/stopping";
import { noteFirstLook, readStopping } from "@/lib/studies/stopping/study-stopping";
import { criteriaOfLeaderboard } from "./get-leaderboard-head";

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

export type LeaderboardStudy = {
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
  /** Newest finished scores by arm; none for photographs, which are what the others are measured against. */
  automatic: { arm: string; scores: AutomaticScore[] }[];
  /** SHA-256 of the weights behind each arm's images: the upsampler's where there is one, else the base's. */
  checkpointSha256ByArm: Record<string, string | null>;
};

const studyOfLeaderboard = {
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
} satisfies Prisma.StudyInclude;

export type StoredStudy = Prisma.StudyGetPayload<{ include: typeof studyOfLeaderboard }>;

/**
 * Counts as a look at its results.
 *
 * @returns `stored`: the study as the database has it
 * @throws SemblanceError `not_found`
 */
export async function getLeaderboardStudy(
  studyId: string,
): Promise<LeaderboardStudy & { stored: StoredStudy }> {
  const stored = await db.study.findUnique({ where: { id: studyId }, include: studyOfLeaderboard });
  if (!stored) throw new SemblanceError("not_found", "There is no such study.");
  if (stored.state === "OPEN" && stored.firstLookAt === null) await noteFirstLook(studyId);
  return {
    stored,
    studyId,
    studyName: stored.name,
    isDemo: stored.isDemo,
    isOpen: stored.state === "OPEN",
    isPilot: stored.isPilot,
    stopping: await readStopping(studyId),
    planHash: stored.planHash,
    primary: stored.registrationText === null ? null : primaryComparison.nullable().parse(stored.primary),
    registeredRaters: defaultRaters(registration.parse(stored.registration)),
    automatic: stored.arms.flatMap(({ name, sampleSet }) =>
      sampleSet ? [{ arm: name, scores: newestScores(sampleSet.evaluations) }] : [],
    ),
    checkpointSha256ByArm: Object.fromEntries(
      stored.arms.map(({ name, sampleSet }) => [
        name,
        (sampleSet?.upsamplerCheckpoint ?? sampleSet?.baseCheckpoint)?.blobSha256 ?? null,
      ]),
    ),
  };
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
