/** Reads a comparison table out of the newest evaluations, and asks for those that are missing. */
import { db } from "@/lib/db";
import { SemblanceError } from "@/lib/errors";
import {
  type ComparisonTable,
  type DescribeMetric,
  makeComparisonTable,
  type TableArm,
} from "./comparison-table";
import { drawnSidePx } from "./evaluation-side";
import { listEvaluations, type MetricScore } from "./list-evaluations";
import type { MetricName } from "./metric-names";
import { startEvaluation } from "./start-evaluation";
import type { TableChoice } from "./table-choice";

/** What a table still lacks: metrics of a set at a side. */
export type MissingScores = {
  sampleSetId: string;
  setName: string;
  sidePx: 64 | 256 | null;
  metrics: MetricName[];
};

export type ReadTable = {
  table: ComparisonTable;
  datasetId: string;
  missing: MissingScores[];
  /** Of what is missing, evaluations that wait or run already. */
  underWay: number;
};

/** @throws SemblanceError `not_found` for a set or dataset that is not there */
export async function getComparisonTable(choice: TableChoice, describe: DescribeMetric): Promise<ReadTable> {
  const ids = choice.sets.map(({ id }) => id);
  const rows = await db.sampleSet.findMany({
    where: { id: { in: ids } },
    include: { baseCheckpoint: true, upsamplerCheckpoint: true },
  });
  const sets = choice.sets.map(({ id, group, name }) => {
    const row = rows.find((one) => one.id === id);
    if (!row) throw new SemblanceError("not_found", "There is no such sample set.");
    return {
      ...row,
      label: {
        ...modelLabel(row),
        ...(group === undefined && name === undefined ? {} : { group: group ?? "", name: name ?? row.name }),
      },
    };
  });
  const labels = tellApart(sets.map(({ name, label }) => ({ ...label, set: name })));
  const datasetId = choice.datasetId ?? sets[0]!.datasetId;
  const dataset = await db.dataset.findUnique({ where: { id: datasetId }, select: { name: true } });
  if (!dataset) throw new SemblanceError("not_found", "There is no such dataset.");
  const { evaluations } = await listEvaluations({ sampleSetIds: ids, pageSize: 10_000 });
  const arms: TableArm[] = [];
  const missing: MissingScores[] = [];
  let underWay = 0;
  for (const [index, set] of sets.entries()) {
    const { group, name } = labels[index]!;
    for (const sidePx of choice.sidesPx) {
      const fitting = evaluations.filter(
        (one) => one.sampleSet.id === set.id && one.dataset.id === datasetId && one.sidePx === sidePx,
      );
      const done = fitting.filter(({ state }) => state === "SUCCEEDED");
      const scores = choice.metrics.flatMap((metric) => newestScore(done, metric) ?? []);
      arms.push({ group, name, sidePx, scores });
      const isDrawn = drawnSidePx(set.upsamplerCheckpoint ?? set.baseCheckpoint) >= (sidePx ?? 0);
      const lacking = choice.metrics.filter(
        (metric) => !scores.some((score) => score.metric === metric && score.value !== null),
      );
      if (!isDrawn || lacking.length === 0) continue;
      const moving = fitting.filter(({ state }) => state === "QUEUED" || state === "RUNNING");
      const awaited = new Set(moving.flatMap(({ metrics }) => metrics));
      const wanted = lacking.filter((metric) => !awaited.has(metric));
      if (wanted.length < lacking.length) underWay++;
      if (wanted.length > 0)
        missing.push({ sampleSetId: set.id, setName: set.name, sidePx, metrics: wanted });
    }
  }
  return { table: makeComparisonTable(dataset.name, arms, describe), datasetId, missing, underWay };
}

/**
 * Asks for every evaluation that the table lacks. Features that earlier ones left are taken from the cache.
 *
 * @returns the jobs' ids
 * @throws SemblanceError as `getComparisonTable` and `startEvaluation`
 */
export async function startMissingEvaluations(choice: TableChoice): Promise<string[]> {
  const { missing, datasetId } = await getComparisonTable(choice, (label) => ({ label, better: "lower" }));
  const jobIds: string[] = [];
  for (const { sampleSetId, sidePx, metrics } of missing) {
    jobIds.push((await startEvaluation({ sampleSetId, datasetId, sidePx, metrics })).jobId);
  }
  return jobIds;
}

/** The newest that has a value, else the newest that says why it has none. */
function newestScore(evaluations: { scores: MetricScore[] }[], metric: string): MetricScore | undefined {
  const scores = evaluations.flatMap((one) => one.scores.filter((score) => score.metric === metric));
  return scores.find(({ value }) => value !== null) ?? scores[0];
}

type Model = { name: string; epoch: number | null; fineTuneId: string | null };

/** What the models say of a set: how long its upsampler learnt, and whether its base did. */
function modelLabel({
  baseCheckpoint: base,
  upsamplerCheckpoint: upsampler,
}: {
  baseCheckpoint: Model;
  upsamplerCheckpoint: Model | null;
}): { group: string; name: string } {
  const learnt = upsampler && upsampler.epoch !== null ? Number(upsampler.epoch.toFixed(2)) : null;
  return {
    group: learnt === null ? (upsampler?.name ?? "no upsampler") : `${learnt} upsampler epochs`,
    name: base.fineTuneId === null ? "real / original" : "real / fine-tuned",
  };
}

/** Rows of one label get their sets' names; a group that all rows share says nothing. */
function tellApart(
  labels: { group: string; name: string; set: string }[],
): { group: string; name: string }[] {
  const shared = labels.length > 1 && labels.every(({ group }) => group === labels[0]!.group);
  return labels.map(({ group, name, set }) => {
    const twins = labels.filter((other) => other.group === group && other.name === name);
    return { group: shared ? "" : group, name: twins.length > 1 ? `${name} (${set})` : name };
  });
}
