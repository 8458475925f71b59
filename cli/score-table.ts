/** Scores of one or several sets of generated images as a table: for the terminal, as CSV, as LaTeX. */
import { stringify } from "csv-stringify/sync";
import { intervalTarget } from "@/lib/evaluations/comparable-recipe";
import { type MetricName, metricCatalogue } from "@/lib/metrics/catalogue/metric-catalogue";
import type { Score } from "@/lib/metrics/scores/score";
import { alignColumns } from "@/lib/text/align-columns";
import { latexText } from "@/lib/text/latex-text";
import { oneLine } from "@/lib/text/one-line";
import { tableCast } from "@/lib/text/spreadsheet-cells";

/** A set of generated images by the name it is to have in the table. */
export type Arm = { readonly name: string; readonly scores: readonly Score[] };

/** One line per set and metric, in columns, with notes below. */
export function scoresToText(arms: readonly Arm[]): string {
  const header = ["set", "metric", "value", "95% interval", "better", "real", "generated"];
  const rows = everyScore(arms).map(({ name, score }) => [
    oneLine(name),
    score.metric,
    score.value === null ? "–" : figure(score.value),
    score.low === null || score.high === null ? "–" : `${figure(score.low)} … ${figure(score.high)}`,
    betterOf(score),
    score.n1 === 0 ? "–" : String(score.n1),
    String(score.n2),
  ]);
  const lines = alignColumns([header, ...rows]);
  const notes = notesOf(arms).map(oneLine);
  return `${lines.join("\n")}\n${notes.length > 0 ? `\n${notes.join("\n")}\n` : ""}`;
}

/** One line per set and metric, with the recipe as JSON in the last column, so that the file alone can be cited. */
export function scoresToCsv(arms: readonly Arm[]): string {
  const header = [
    "set",
    "metric",
    "value",
    "low",
    "high",
    "interval_of",
    "better",
    "n_real",
    "n_generated",
    "warnings",
    "recipe",
  ];
  const rows = everyScore(arms).map(({ name, score }) => [
    name,
    score.metric,
    score.value ?? "",
    score.low ?? "",
    score.high ?? "",
    score.low === null ? "" : (intervalTarget(score.recipe) ?? ""),
    betterOf(score),
    score.n1,
    score.n2,
    score.warnings.join(" "),
    JSON.stringify(score.recipe),
  ]);
  return stringify([header, ...rows], { cast: tableCast });
}

/** A booktabs table: a row per set, a column per metric, the best figure of each in bold, intervals below figures. */
export function scoresToLatex(arms: readonly Arm[]): string {
  const metrics = [...new Set(everyScore(arms).map(({ score }) => score.metric))] as MetricName[];
  const find = (arm: Arm, metric: string) => arm.scores.find((score) => score.metric === metric);
  const heading = metrics.map((metric) => {
    const { title, better } = metricCatalogue[metric];
    return `${latexText(title)} $\\${better === "lower" ? "downarrow" : "uparrow"}$`;
  });
  const rows = arms.map((arm) => {
    const figures = metrics.map((metric) => {
      const value = find(arm, metric)?.value;
      if (value === undefined || value === null) return "--";
      return isBest(value, metric, arms) ? `\\textbf{${figure(value)}}` : figure(value);
    });
    const intervals = metrics.map((metric) => {
      const score = find(arm, metric);
      if (!score || score.low === null || score.high === null) return "";
      return `{\\scriptsize ${figure(score.low)} to ${figure(score.high)}}`;
    });
    const counts = arm.scores.map(({ n2 }) => n2);
    return `${latexText(arm.name)} & ${Math.max(0, ...counts)} & ${figures.join(" & ")} \\\\\n & & ${intervals.join(" & ")} \\\\`;
  });
  return [
    "% 95% intervals in small print; notes:",
    ...notesOf(arms).map((note) => `% ${oneLine(note)}`),
    `\\begin{tabular}{lr${"r".repeat(metrics.length)}}`,
    "\\toprule",
    `Set & $N$ & ${heading.join(" & ")} \\\\`,
    "\\midrule",
    ...rows,
    "\\bottomrule",
    "\\end{tabular}",
    "",
  ].join("\n");
}

function everyScore(arms: readonly Arm[]): { name: string; score: Score }[] {
  return arms.flatMap(({ name, scores }) => scores.map((score) => ({ name, score })));
}

function notesOf(arms: readonly Arm[]): string[] {
  const notes = everyScore(arms).flatMap(({ name, score: { metric, warnings, remedy } }) =>
    [...warnings, ...(remedy ? [remedy] : [])].map((note) => ({ about: metric, name, note })),
  );
  const sizes = new Set(everyScore(arms).map(({ score }) => score.n2));
  const unequal =
    arms.length > 1 && sizes.size > 1
      ? [
          "The sets have different numbers of images: FID and similar metrics are not comparable between them.",
        ]
      : [];
  const targets = new Map<string, string>();
  for (const { score } of everyScore(arms)) {
    const target = score.low === null ? null : intervalTarget(score.recipe);
    if (target) targets.set(`${score.metric}: the interval covers ${target}.`, target);
  }
  // What holds for every set is said once.
  const said = new Map<string, string>();
  for (const { about, name, note } of notes) {
    const key = `${about}: ${note}`;
    const everywhere =
      arms.length > 1 &&
      arms.every((arm) =>
        notes.some((other) => `${other.about}: ${other.note}` === key && other.name === arm.name),
      );
    said.set(everywhere || arms.length === 1 ? key : `${name}, ${key}`, "");
  }
  return [...unequal, ...targets.keys(), ...said.keys()];
}

function isBest(value: number, metric: MetricName, arms: readonly Arm[]): boolean {
  const values = everyScore(arms).flatMap(({ score }) =>
    score.metric === metric && score.value !== null ? [score.value] : [],
  );
  const best = metricCatalogue[metric].better === "lower" ? Math.min(...values) : Math.max(...values);
  return arms.length > 1 && value === best;
}

function betterOf({ metric }: Score): string {
  return metricCatalogue[metric as MetricName].better;
}

/** Five digits, as many as any of the metrics deserves. */
function figure(value: number): string {
  return value.toPrecision(5);
}
