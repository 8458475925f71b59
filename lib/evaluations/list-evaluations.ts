/** Evaluations with their scores. */
import type { Prisma } from "@/lib/generated/prisma/client";
import type { RunState, Split } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { type ListQuery, pageOf } from "@/lib/platform/database/list-query";
import { finishedSidePx } from "./evaluation-side";

export type MetricScore = {
  metric: string;
  /** Null where the metric could not be computed; `remedy` then says what installs it. */
  value: number | null;
  /** Ends of the 95% interval. */
  low: number | null;
  high: number | null;
  realCount: number;
  generatedCount: number;
  recipe: Record<string, unknown>;
  warnings: string[];
  remedy: string | null;
};

export type EvaluationSummary = {
  id: string;
  /** `requested`: images that the set has, or is to have, by now. */
  sampleSet: { id: string; name: string; isDemo: boolean; requested: number };
  dataset: { id: string; name: string };
  /** Which photographs, and samples for their captions, were compared; null: all. */
  split: Split | null;
  /** Of which categories of captions, as NAME=VALUE; empty: all. */
  captionCategories: string[];
  /** Side of the set's finished images. */
  drawnPx: number;
  metrics: string[];
  /** Side at which images were compared; null: as they are. */
  sidePx: number | null;
  state: RunState;
  error: string | null;
  /** Features of images that were computed, and those that were there already; null while it has not ended. */
  computed: number | null;
  reused: number | null;
  createdAt: Date;
  finishedAt: Date | null;
  scores: MetricScore[];
};

/** How many metrics of an evaluation that has ended could not be computed. */
export function missingScores(scores: readonly Pick<MetricScore, "value">[]): number {
  return scores.filter(({ value }) => value === null).length;
}

export const evaluationSortKeys = ["sampleSet", "state", "createdAt"] as const;

/**
 * Newest first, unless asked otherwise. `ids`, `sampleSetIds`, `checkpointId` (of either part) or `adapterId` narrow the list.
 *
 * @param sort "sampleSet": by the sample set's name
 * @param page from 1
 */
export async function listEvaluations({
  sort = "createdAt",
  order = "desc",
  ids,
  sampleSetIds,
  checkpointId,
  adapterId,
  ...page
}: ListQuery<(typeof evaluationSortKeys)[number]> & {
  ids?: string[];
  sampleSetIds?: string[];
  checkpointId?: string;
  adapterId?: string;
} = {}): Promise<{ evaluations: EvaluationSummary[]; total: number }> {
  const where: Prisma.EvaluationWhereInput = {
    ...(ids ? { id: { in: ids } } : {}),
    ...(sampleSetIds ? { sampleSetId: { in: sampleSetIds } } : {}),
    ...(checkpointId
      ? { sampleSet: { OR: [{ baseCheckpointId: checkpointId }, { upsamplerCheckpointId: checkpointId }] } }
      : {}),
    ...(adapterId ? { sampleSet: { adapters: { some: { adapterId } } } } : {}),
  };
  const named = { select: { id: true, name: true } };
  const options = { select: { options: true } };
  const [rows, total] = await Promise.all([
    db.evaluation.findMany({
      where,
      // Within one set or state the newest come first.
      orderBy: [
        sort === "sampleSet" ? { sampleSet: { name: order } } : { [sort]: order },
        { createdAt: "desc" },
        { id: "desc" },
      ],
      ...pageOf(page),
      include: {
        sampleSet: {
          select: {
            id: true,
            name: true,
            isDemo: true,
            requested: true,
            shortestSidePx: true,
            baseCheckpoint: options,
            upsamplerCheckpoint: options,
          },
        },
        dataset: named,
        scores: { orderBy: { metric: "asc" } },
      },
    }),
    db.evaluation.count({ where }),
  ]);
  const evaluations = rows.map(({ sampleSet, scores, ...row }) => ({
    ...row,
    sampleSet: {
      id: sampleSet.id,
      name: sampleSet.name,
      isDemo: sampleSet.isDemo,
      requested: sampleSet.requested,
    },
    drawnPx: finishedSidePx(sampleSet),
    scores: scores.map(({ evaluationId: _, recipe, ...score }) => ({
      ...score,
      recipe: recipe as Record<string, unknown>,
    })),
  }));
  return { evaluations, total };
}
