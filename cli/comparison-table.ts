/** `semblance table`: several sets of images against the same photographs, as the table of a report. */
import { statSync } from "node:fs";
import { basename } from "node:path";
import { startMissingEvaluations } from "@/jobs/evaluate/start-missing";
import { readSplit } from "@/lib/datasets/split-choice";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { chooseExecutionProvider } from "@/lib/engine/runtime/choose-provider";
import { env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import {
  type ComparisonTable,
  type DescribeMetric,
  makeComparisonTable,
} from "@/lib/evaluations/comparison-table";
import { getComparisonTable } from "@/lib/evaluations/get-comparison-table";
import {
  tableToCsv,
  tableToLatex,
  tableToMarkdown,
  tableToText,
} from "@/lib/evaluations/print-comparison-table";
import { tableChoice } from "@/lib/evaluations/table-choice";
import { type MetricName, metricCatalogue } from "@/lib/metrics/catalogue/metric-catalogue";
import { evaluateSets } from "./evaluate";
import { findByName } from "./find-by-name";
import { followJobs } from "./follow-job";
import { parseOptions, readSides, splitNames } from "./option-lists";

type Output = Pick<NodeJS.WriteStream, "write">;

export type TableOptions = {
  /** A dataset's name or id, or a folder. */
  real?: string;
  /** Of a dataset: training or held-out photographs; absent: both. */
  split?: string;
  /** Of captions, each as NAME=VALUE; absent: all. */
  category?: string | string[];
  metrics?: string;
  sides?: string;
  format?: string;
  clip?: string;
  inception?: string;
  demoClip?: string;
  /** Folders: see `readCaptions`. */
  captions?: string;
  /** Folders; default: the environment's. */
  provider?: "auto" | ExecutionProvider;
  weightsFolder?: string;
  cacheFolder?: string | null;
};

/** Whether `--real` is a folder or a file, so that neither platform nor database is needed. */
export function comparesFolders(real: string | undefined): boolean {
  return real !== undefined && statSync(real, { throwIfNoEntry: false }) !== undefined;
}

/**
 * Scores what the platform has not scored yet, as jobs, and prints the table of all.
 *
 * @param sets names or ids of sample sets; `[GROUP/]NAME=SET` gives a row its words
 * @returns the exit code: 0, or 1 where a figure is missing
 * @throws SemblanceError `invalid_input`, `not_found`, and what a job failed of
 */
export async function tableOfSampleSets(
  sets: readonly string[],
  options: TableOptions,
  output: Output = process.stdout,
  progress: Output = process.stderr,
): Promise<number> {
  const print = printerOf(options.format);
  const named = await Promise.all(
    sets.map(async (argument) => {
      const { label, source } = splitLabel(argument);
      const { id } = await findByName("sampleSet", source);
      return label === null ? { id } : { id, ...toRow(label) };
    }),
  );
  const choice = parseOptions(
    tableChoice,
    {
      sets: named,
      datasetId: options.real === undefined ? undefined : (await findByName("dataset", options.real)).id,
      split: readSplit(options.split, "--split"),
      captionCategories: options.category === undefined ? [] : [options.category].flat(),
      metrics: splitNames(options.metrics ?? "fid"),
      sidesPx: readSides(options.sides ?? "64,256"),
    },
    { sets: "SET", captionCategories: "--category", metrics: "--metrics", sidesPx: "--sides" },
  );
  await followJobs(await startMissingEvaluations(choice), progress);
  const { table } = await getComparisonTable(choice, describeMetric);
  output.write(print(table));
  return isComplete(table) ? 0 : 1;
}

/**
 * The same of plain folders, without the platform.
 *
 * @returns the exit code: 0, or 1 where a figure is missing
 * @throws SemblanceError as `compareFolders`
 */
export async function tableOfFolders(
  sets: readonly string[],
  options: TableOptions,
  output: Output = process.stdout,
  progress: Output = process.stderr,
): Promise<number> {
  const print = printerOf(options.format);
  const table = await compareFolders(sets, options, progress);
  output.write(print(table));
  return isComplete(table) ? 0 : 1;
}

/**
 * @param sets `[GROUP/]NAME[@SIDE]=FOLDER`; the same row at several sides is one row
 * @throws SemblanceError as `evaluateSets`
 */
export async function compareFolders(
  sets: readonly string[],
  options: TableOptions,
  progress: Output,
): Promise<ComparisonTable> {
  if (sets.length === 0) {
    throw new SemblanceError("invalid_input", "Name at least one folder of generated images.", {
      remedy: 'npx semblance table --real photographs/ "20 epochs/original@64=drawn-64/"',
    });
  }
  const { real, sides: _, ...evaluateOptions } = options;
  // Tried once for all sets.
  const { provider } = await chooseExecutionProvider(options.provider ?? env().provider);
  const arms = [];
  for (const argument of sets) {
    const { label, source } = splitLabel(argument);
    const given = label ?? basename(source);
    const [, words = given, side] = /^(.*)@(\d+)$/.exec(given) ?? [];
    const sidePx = side === undefined ? undefined : Number(side);
    const [{ scores }] = (await evaluateSets(
      {
        ...evaluateOptions,
        provider,
        real: String(real),
        generated: source,
        metrics: options.metrics ?? "fid",
        side: sidePx,
      },
      progress,
    )) as [Awaited<ReturnType<typeof evaluateSets>>[0]];
    arms.push({
      ...toRow(words),
      sidePx: sidePx ?? null,
      scores: scores.map(({ n1, n2, warnings, ...score }) => ({
        ...score,
        realCount: n1,
        generatedCount: n2,
        warnings: [...warnings],
      })),
    });
  }
  return makeComparisonTable(String(real), arms, describeMetric);
}

function describeMetric(metric: string): ReturnType<DescribeMetric> {
  const { title, better } = metricCatalogue[metric as MetricName];
  return { label: title, better };
}

/** @throws SemblanceError `invalid_input` for a format that there is not */
export function printerOf(format = "text"): (table: ComparisonTable) => string {
  switch (format) {
    case "text":
      return (table) => tableToText(table, describeMetric);
    case "csv":
      return (table) => tableToCsv(table, describeMetric);
    case "latex":
      return (table) => tableToLatex(table, describeMetric);
    case "markdown":
      return (table) => tableToMarkdown(table, describeMetric);
    case "json":
      return (table) => `${JSON.stringify(table)}\n`;
    default:
      throw new SemblanceError("invalid_input", `"${format}" is not a format.`, {
        remedy: "Choose text, csv, latex, markdown or json.",
      });
  }
}

/** "LABEL=SOURCE", or a source alone. */
function splitLabel(argument: string): { label: string | null; source: string } {
  const at = argument.indexOf("=");
  return at < 0
    ? { label: null, source: argument }
    : { label: argument.slice(0, at), source: argument.slice(at + 1) };
}

/** "20 epochs/original" is a row of a group. */
function toRow(words: string): { group: string; name: string } {
  const [, group = "", name = words] = /^([^/]+)\/(.+)$/.exec(words) ?? [];
  return { group: group.trim(), name: name.trim() };
}

export function isComplete({ rows }: ComparisonTable): boolean {
  return rows.every(({ cells }) => cells.every((cell) => cell !== null && cell.value !== null));
}
