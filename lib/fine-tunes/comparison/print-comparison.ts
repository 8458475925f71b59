/** A comparison of runs as text, CSV or JSON. */
import { stringify } from "csv-stringify/sync";
import { alignColumns } from "@/lib/text/align-columns";
import { oneLine } from "@/lib/text/one-line";
import type { RunComparison } from "./compare-runs";

type Row = { group: string; name: string; values: readonly (string | number | null)[]; differs: boolean };

function toRows({ settings, results, scores }: RunComparison): Row[] {
  return [
    ...results.map((row) => ({ group: "result", ...row })),
    ...scores.map(({ name, conditions, values, differs }) => ({
      group: "score",
      name: `${name} (${conditions})`,
      values,
      differs,
    })),
    ...settings.map((row) => ({ group: "setting", ...row })),
  ];
}

/** For terminals: lines that differ begin with an asterisk. */
export function comparisonToText(comparison: RunComparison): string {
  const lines = toRows(comparison).map(({ name, values, differs }) => [
    differs ? "*" : "",
    oneLine(name),
    ...values.map((value) =>
      value === null
        ? "—"
        : typeof value === "number"
          ? String(Number(value.toPrecision(5)))
          : oneLine(value),
    ),
  ]);
  const header = ["", "", ...comparison.runs.map(({ name }) => oneLine(name))];
  return alignColumns([header, ...lines], () => false)
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

/** Columns `kind`, `name`, `differs` and one per run, named after it. */
export function comparisonToCsv(comparison: RunComparison): string {
  return stringify([
    ["kind", "name", "differs", ...comparison.runs.map(({ name }) => name)],
    ...toRows(comparison).map(({ group, name, values, differs }) => [
      group,
      name,
      differs ? "yes" : "no",
      ...values.map((value) => value ?? ""),
    ]),
  ]);
}

/** Runs with their settings as numbers and names, and the rows of the table. */
export function comparisonToJson({ runs, settings, results, scores }: RunComparison): string {
  const described = runs.map(
    ({ id, name, part, state, settings: own, tags, notes, finalLoss, durationSeconds }) => ({
      id,
      name,
      part,
      state,
      tags,
      notes,
      finalLoss,
      durationSeconds,
      settings: own,
    }),
  );
  return `${JSON.stringify({ runs: described, settings, results, scores }, null, 2)}\n`;
}
