/** Runs side by side: what they were set to do, how far they came, how their models were scored. */
import { settingText, settingWords } from "@/lib/diffusion/settings/setting";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { SemblanceError } from "@/lib/errors";
import { listEpochCurves } from "@/lib/evaluations/epoch-curves";
import { describeMetric } from "@/lib/metrics/catalogue/metric-catalogue";
import { type FineTuneDetail, getFineTune } from "../get-fine-tune";

/** As many as a chart's lines can be told apart. */
export const mostCompared = 10;

/** One line of a table; a value per run in the order of the runs, null where a run has none. */
export type ComparedRow<Value> = {
  readonly name: string;
  readonly values: readonly (Value | null)[];
  /** Whether two runs differ in it. */
  readonly differs: boolean;
};

export type ComparedScore = ComparedRow<number> & {
  /** What it was computed of, and which way is better. */
  readonly conditions: string;
};

export type RunComparison = {
  readonly runs: readonly FineTuneDetail[];
  /** In words, as the run's page shows them. */
  readonly settings: readonly ComparedRow<string>[];
  readonly results: readonly ComparedRow<number>[];
  /** Of each run's last evaluated model; in a row only what was drawn and compared alike. */
  readonly scores: readonly ComparedScore[];
};

/** @throws SemblanceError `invalid_input` for fewer than two or too many runs; `not_found` */
export async function compareRuns(ids: readonly string[]): Promise<RunComparison> {
  const different = [...new Set(ids)];
  if (different.length < 2 || different.length > mostCompared) {
    throw new SemblanceError(
      "invalid_input",
      different.length < 2
        ? "A comparison needs at least two runs."
        : `At most ${mostCompared} runs can be compared at a time.`,
      { remedy: "Choose runs in the list of fine-tunes." },
    );
  }
  const runs = await Promise.all(different.map(getFineTune));
  return {
    runs,
    settings: compareSettings(runs),
    results: compareResults(runs),
    scores: await compareScores(runs),
  };
}

function toRow<Value>(name: string, values: (Value | null)[]): ComparedRow<Value> {
  return { name, values, differs: new Set(values).size > 1 };
}

/** The size is that of the model where training began, unless it began from scratch. */
function compareSettings(runs: readonly FineTuneDetail[]): ComparedRow<string>[] {
  const of = (name: string, read: (run: FineTuneDetail) => string | null) => toRow(name, runs.map(read));
  return [
    of("Part", ({ part }) => part.toLowerCase()),
    of("Dataset", ({ dataset }) => dataset.name),
    of("Start", ({ startCheckpoint }) => startCheckpoint?.name ?? "from scratch"),
    ...Object.entries(fineTuneSettings.shape).map(([key, type]) =>
      of(settingText(type).label, ({ settings, startCheckpoint }) =>
        key === "preset" && startCheckpoint
          ? null
          : settingWords(type, settings[key as keyof typeof settings]),
      ),
    ),
  ];
}

function compareResults(runs: readonly FineTuneDetail[]): ComparedRow<number>[] {
  return [
    toRow(
      "Steps",
      runs.map(({ step }) => step),
    ),
    toRow(
      "Final loss",
      runs.map(({ finalLoss }) => finalLoss),
    ),
    toRow(
      "Validation loss, last",
      runs.map(({ validations }) => validations.at(-1)?.heldOut ?? null),
    ),
    toRow(
      "Duration, seconds",
      runs.map(({ durationSeconds }) => durationSeconds),
    ),
  ];
}

async function compareScores(runs: readonly FineTuneDetail[]): Promise<ComparedScore[]> {
  const rows = new Map<string, { name: string; conditions: string; values: (number | null)[] }>();
  for (const [place, { id }] of runs.entries()) {
    for (const { metric, datasetId, sidePx, conditions, points } of await listEpochCurves(id)) {
      const key = JSON.stringify([metric, datasetId, sidePx, conditions]);
      const { label, better } = describeMetric(metric);
      const row = rows.get(key) ?? {
        name: label,
        conditions: [...conditions, `${better} is better`].join(", "),
        values: runs.map(() => null),
      };
      row.values[place] = points.at(-1)!.value;
      rows.set(key, row);
    }
  }
  return [...rows.values()].map(({ name, conditions, values }) => ({ ...toRow(name, values), conditions }));
}
