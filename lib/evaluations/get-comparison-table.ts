/** Builds a comparison table from the newest evaluations. */
import { SemblanceError } from "@/lib/errors";
import type { MetricName } from "@/lib/metrics/catalogue/metric-catalogue";
import { db } from "@/lib/platform/database/db";
import {
  type ComparisonTable,
  type DescribeMetric,
  makeComparisonTable,
  type TableArm,
} from "./comparison-table";
import { finishedSidePx } from "./evaluation-side";
import { type EvaluationSummary, listEvaluations, type MetricScore } from "./list-evaluations";
import { scoredSamples } from "./scored-images";
import { isWhole, partKey, partToText, type ScoredPart } from "./scored-part";
import type { TableChoice } from "./table-choice";
import { tableRowLabels } from "./table-row-labels";

/** What is still missing in a table: metrics of a set at a side length. */
export type MissingScores = { sampleSetId: string; sidePx: 64 | 256 | null; metrics: MetricName[] };

export type ReadTable = {
  table: ComparisonTable;
  /** Of the real photographs. */
  dataset: { id: string; name: string };
  /** What nobody has asked for, or what was computed of fewer images than the set has now. */
  missing: MissingScores[];
  /** Sets at a side whose evaluation waits or runs already. */
  underWay: number;
};

/** @throws SemblanceError `not_found` for a set or dataset that is not there */
export async function getComparisonTable(choice: TableChoice, describe: DescribeMetric): Promise<ReadTable> {
  const { sets, dataset } = await readComparedThings(choice);
  const datasetId = dataset.id;
  const labels = tableRowLabels(sets);
  const { evaluations } = await listEvaluations({ sampleSetIds: sets.map(({ id }) => id), pageSize: 10_000 });
  const arms: TableArm[] = [];
  const missing: MissingScores[] = [];
  let underWay = 0;
  for (const [index, set] of sets.entries()) {
    for (const sidePx of choice.sidesPx) {
      const fitting = evaluations.filter(
        (one) =>
          one.sampleSet.id === set.id &&
          one.dataset.id === datasetId &&
          partKey(one) === partKey(choice) &&
          one.sidePx === sidePx,
      );
      const scores = newestScores(fitting, choice.metrics);
      arms.push({ ...labels[index]!, sidePx, scores, isDemo: set.isDemo });
      if (finishedSidePx(set) < (sidePx ?? 0)) continue;
      const images = isWhole(choice) ? set.requested : await countScored(choice, dataset, set);
      const { wanted, isUnderWay } = lackingMetrics(fitting, scores, choice.metrics, images);
      if (isUnderWay) underWay++;
      if (wanted.length > 0) missing.push({ sampleSetId: set.id, sidePx, metrics: wanted });
    }
  }
  const real = partToText(choice, dataset.name);
  return { table: makeComparisonTable(real, arms, describe), dataset, missing, underWay };
}

/** Samples of a set that an evaluation of one part has. */
function countScored(
  { split, captionCategories }: ScoredPart,
  { id: datasetId, revision: datasetRevision }: { id: string; revision: number },
  set: { id: string; datasetId: string },
): Promise<number> {
  return db.sample.count({
    where: scoredSamples({ datasetId, datasetRevision, split, captionCategories }, set),
  });
}

/**
 * What is compared, without scores: the sets in the order chosen, and the dataset whose photographs they are compared with.
 *
 * @throws SemblanceError `not_found` for a set or dataset that is not there
 */
export async function readComparedThings(choice: TableChoice) {
  const sets = await readSets(choice);
  const datasetId = choice.datasetId ?? sets[0]!.datasetId;
  const dataset = await db.dataset.findUnique({
    where: { id: datasetId },
    select: { id: true, name: true, revision: true },
  });
  if (!dataset) throw new SemblanceError("not_found", "There is no such dataset.");
  return { sets, dataset };
}

async function readSets(choice: TableChoice) {
  const rows = await db.sampleSet.findMany({
    where: { id: { in: choice.sets.map(({ id }) => id) } },
    include: { baseCheckpoint: true, upsamplerCheckpoint: true },
  });
  return choice.sets.map(({ id, ...given }) => {
    const row = rows.find((one) => one.id === id);
    if (!row) throw new SemblanceError("not_found", "There is no such sample set.");
    return { ...row, given };
  });
}

/** Of each metric the newest score that has a value, else the newest that says why it has none. */
function newestScores(newestFirst: EvaluationSummary[], metrics: readonly MetricName[]): MetricScore[] {
  const done = newestFirst.filter(({ state }) => state === "SUCCEEDED");
  return metrics.flatMap((metric) => {
    const scores = done.flatMap((one) => one.scores.filter((score) => score.metric === metric));
    return scores.find(({ value }) => value !== null) ?? scores[0] ?? [];
  });
}

/** Which metrics have no figure of all the set's images, and of these the ones that nobody has asked for. */
function lackingMetrics(
  evaluations: EvaluationSummary[],
  scores: MetricScore[],
  metrics: readonly MetricName[],
  images: number,
): { wanted: MetricName[]; isUnderWay: boolean } {
  const isThere = (metric: MetricName) =>
    scores.some((score) => score.metric === metric && score.value !== null && score.generatedCount >= images);
  const lacking = metrics.filter((metric) => !isThere(metric));
  const moving = evaluations.filter(({ state }) => state === "QUEUED" || state === "RUNNING");
  const awaited = new Set(moving.flatMap((one) => one.metrics));
  const wanted = lacking.filter((metric) => !awaited.has(metric));
  return { wanted, isUnderWay: wanted.length < lacking.length };
}
