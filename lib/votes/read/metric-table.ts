/** A table of automatic scores: the first column names the item, each further one is a metric. */
import { basename } from "node:path";
import { SemblanceError } from "@/lib/errors";
import { isMissingScore } from "@/lib/questions/likert/plain-file";
import { counted } from "@/lib/text/counted";
import { oneLine } from "@/lib/text/one-line";
import { readNumber } from "@/lib/text/read-number";
import { readRows } from "./file-rows";
import { listedBadRows, readTableFile } from "./read-votes";
import { names } from "./row-reader";
import { columnNames, simplified } from "./vote-fields";
import type { BadRow } from "./vote-file";

export type MetricTable = {
  readonly fileName: string;
  /** As the file calls them. */
  readonly itemColumn: string;
  /** Null where a row is of an item, whatever the model. */
  readonly modelColumn: string | null;
  /** Metrics in the order of the columns. */
  readonly metrics: readonly string[];
  /** Values in the order of `metrics`, by item and model as `metricKey` makes them; NaN where a cell is empty or says so. */
  readonly values: ReadonlyMap<string, readonly number[]>;
  readonly notes: readonly string[];
};

export function metricKey(item: string, model: string | null): string {
  return JSON.stringify([item, model]);
}

/** @throws SemblanceError as `parseMetrics`, and `not_found` */
export async function readMetrics(path: string, modelColumn?: string): Promise<MetricTable> {
  return parseMetrics(await readTableFile(path), basename(path), modelColumn);
}

/**
 * @param modelColumn what the scores' file calls the column of models; the usual names are known
 * @throws SemblanceError `invalid_file`: as `readRows`, no metric, or bad rows as for `parseVotes`: an item twice or without
 *   a name, a value that is no number
 */
export function parseMetrics(bytes: Uint8Array, fileName: string, modelColumn = "model"): MetricTable {
  const rows = readRows(bytes, fileName);
  const name = names();
  const columns = rows.columns.map(name);
  const modelNames = [simplified(modelColumn), ...columnNames.arm.flat()];
  const modelAt = columns.findIndex((column, at) => at > 0 && modelNames.includes(simplified(column)));
  const read: { cells: string[]; number: number }[] = [];
  rows.each((cells, number) => {
    read.push({ cells: columns.map((_, at) => name(cells[at] ?? "")), number });
  });
  const isNumeric = columns.map((_, at) => read.some(({ cells }) => readNumber(cells[at]!) !== null));
  const candidates = columns.flatMap((column, at) => (at > 0 && at !== modelAt && column !== "" ? [at] : []));
  const metricsAt = candidates.filter((at) => isNumeric[at]);
  assertMetrics(metricsAt, columns, { fileName, heading: rows.heading });

  const faults: BadRow[] = [];
  const values = new Map<string, number[]>();
  const numberOf = new Map<string, number>();
  for (const { cells, number } of read) {
    const refuse = (reason: string) => void faults.push({ line: number, reason: oneLine(reason) });
    const item = cells[0]!;
    const model = modelAt < 0 ? null : cells[modelAt]!;
    const empty = [0, modelAt].find((at) => cells[at] === "");
    if (empty !== undefined) {
      refuse(`${columns[empty]} is empty`);
      continue;
    }
    const key = metricKey(item, model);
    const earlier = numberOf.get(key);
    if (earlier !== undefined) {
      const remedy = model === null ? " (keep one; a value for each model needs a column model)" : "";
      refuse(`${columns[0]} "${item.slice(0, 60)}" is on ${rows.unit} ${earlier} already${remedy}`);
      continue;
    }
    numberOf.set(key, number);
    values.set(
      key,
      metricsAt.map((at) => {
        const value = readNumber(cells[at]!);
        if (value === null && !isMissingScore(cells[at]!))
          refuse(`${columns[at]} is "${cells[at]!.slice(0, 60)}" (use a number)`);
        return value ?? Number.NaN;
      }),
    );
  }
  refuse(faults, fileName);
  const texts = candidates.filter((at) => !isNumeric[at]).map((at) => columns[at]!);
  return {
    fileName,
    itemColumn: columns[0]!,
    modelColumn: modelAt < 0 ? null : columns[modelAt]!,
    metrics: metricsAt.map((at) => columns[at]!),
    values,
    notes:
      texts.length === 0
        ? []
        : [
            `${fileName}: ${texts.join(", ")} ${texts.length > 1 ? "hold" : "holds"} no numbers and ${texts.length > 1 ? "are" : "is"} not taken as a metric.`,
          ],
  };
}

/** @throws SemblanceError `invalid_file` where there are faults */
function refuse(faults: readonly BadRow[], fileName: string): void {
  if (faults.length === 0) return;
  const badRowCount = new Set(faults.map(({ line }) => line)).size;
  throw new SemblanceError(
    "invalid_file",
    `${fileName} has ${counted(badRowCount, "bad row", "bad rows")}.`,
    {
      remedy: "Correct or remove these rows.",
      details: { badRows: faults.slice(0, listedBadRows), badRowCount },
    },
  );
}

function assertMetrics(
  metricsAt: readonly number[],
  columns: readonly string[],
  { fileName, heading }: { fileName: string; heading: string },
): void {
  if (metricsAt.length === 0) {
    throw new SemblanceError("invalid_file", `${fileName} has no column of numbers after the first.`, {
      remedy: `Give a table whose first column is the item and whose others are metrics; it has: ${columns.join(", ").slice(0, 200)}.`,
    });
  }
  const twice = metricsAt.find((at) => columns.indexOf(columns[at]!) !== at);
  if (twice !== undefined) {
    throw new SemblanceError("invalid_file", `${heading} names the column ${columns[twice]} twice.`, {
      remedy: "Rename or remove one of the two.",
    });
  }
}
