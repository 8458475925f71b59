/** How far metrics order the images of a study as its people's scores do. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { readBlob } from "@/lib/platform/storage/store-blob";
import { isScore, type LikertAnswer } from "@/lib/questions/likert/statistics";
import type { ArmAnswer } from "@/lib/questions/question-types";
import type { RankCorrelations } from "@/lib/statistics/metric-correlations";
import { readImported } from "@/lib/studies/imported-study";
import { compareScoresWithMetrics } from "../read/compare-scores-with-metrics";
import { type MetricTable, metricKey, parseMetrics } from "../read/metric-table";

export type ScoreCorrelations = {
  /** The attached table; null where they are the newest evaluations' values. */
  readonly fileName: string | null;
  readonly items: number;
  readonly captions: number;
  readonly correlations: readonly (RankCorrelations & { readonly metric: string })[];
  readonly differences: readonly (RankCorrelations & { readonly first: string; readonly second: string })[];
  readonly notes: readonly string[];
};

/** A metric's value for the image that a study shows of an arm and a caption. */
export type ShownImageScore = { metric: string; caption: string; arm: string; value: number };

/**
 * Of the table that is attached to the study; without one, of the values that evaluations have for its images.
 *
 * @param answers of one question
 * @returns null where the answers are no scores, or no metric has values for what they are about
 */
export async function scoreCorrelations(
  studyId: string,
  answers: readonly ArmAnswer[],
  imageScores: readonly ShownImageScore[],
): Promise<ScoreCorrelations | null> {
  const scores = answers.filter(isScore);
  if (scores.length === 0 || scores.length < answers.length) return null;
  const attached = await attachedTable(studyId);
  if (attached === null && imageScores.length === 0) return null;
  const table = attached ?? evaluationTable(scores, imageScores);
  try {
    const { correlation, differences, items, captions, notes } = compareScoresWithMetrics(scores, table);
    return {
      fileName: attached?.fileName ?? null,
      items,
      captions,
      correlations: [...correlation].map(([metric, own]) => ({ metric, ...own })),
      differences,
      notes,
    };
  } catch (error) {
    // A study that is still open may have got scores of items since the table was attached.
    if (!(error instanceof SemblanceError) || error.code !== "invalid_file") throw error;
    return {
      fileName: table.fileName,
      items: 0,
      captions: 0,
      correlations: [],
      differences: [],
      notes: [`${error.message} ${error.remedy ?? ""}`.trim()],
    };
  }
}

async function attachedTable(studyId: string): Promise<MetricTable | null> {
  const attached = await db.studyMetrics.findUnique({
    where: { studyId },
    include: { study: { select: { imported: true } } },
  });
  if (!attached) return null;
  const bytes = await readBlob(attached.blobSha256);
  return parseMetrics(bytes, attached.fileName, readImported(attached.study.imported)?.columns.model);
}

/** A row for every image that was scored; NaN where an evaluation has no value for it, as for photographs. */
function evaluationTable(
  scores: readonly LikertAnswer[],
  imageScores: readonly ShownImageScore[],
): MetricTable {
  const metrics = [...new Set(imageScores.map(({ metric }) => metric))].sort();
  const values = new Map(
    scores.map(({ caption, shown }) => [metricKey(caption, shown[0]!), metrics.map(() => Number.NaN)]),
  );
  for (const { metric, caption, arm, value } of imageScores) {
    const row = values.get(metricKey(caption, arm));
    if (row) row[metrics.indexOf(metric)] = value;
  }
  return {
    fileName: "the evaluations",
    itemColumn: "caption",
    modelColumn: "arm",
    metrics,
    values,
    notes: [],
  };
}
