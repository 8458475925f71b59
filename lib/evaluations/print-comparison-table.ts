/** A comparison table as CSV, as LaTeX, as Markdown, and as text for the terminal. */
import { stringify } from "csv-stringify/sync";
import { alignColumns } from "../text/align-columns";
import { latexText } from "../text/latex-text";
import { oneLine } from "../text/one-line";
import { tableCast } from "../text/spreadsheet-cells";
import { intervalTarget } from "./comparable-recipe";
import {
  type ComparisonTable,
  columnTitle,
  type DescribeMetric,
  isBestCell,
  rowCounts,
  type TableRow,
} from "./comparison-table";
import type { MetricScore } from "./list-evaluations";
import { recipeValue, recipeWords } from "./recipe-words";

/** One line per figure, with its recipe as JSON in the last column, so that the file alone can be cited. */
export function tableToCsv({ real, columns, rows }: ComparisonTable, describe: DescribeMetric): string {
  const lines = rows.flatMap(({ group, name, isDemo, cells }) =>
    columns.flatMap(({ metric, sidePx }, at) => {
      const cell = cells[at];
      if (!cell) return [];
      return [
        {
          group,
          set: name,
          real,
          metric,
          side_px: sidePx ?? "",
          value: cell.value ?? "",
          low: cell.low ?? "",
          high: cell.high ?? "",
          interval_of: cell.low === null ? "" : (intervalTarget(cell.recipe) ?? ""),
          better: describe(metric).better,
          n_real: cell.realCount,
          n_generated: cell.generatedCount,
          is_demo: String(isDemo),
          warnings: [...cell.warnings, ...(cell.remedy ? [cell.remedy] : [])].join(" "),
          recipe: JSON.stringify(cell.recipe),
        },
      ];
    }),
  );
  return stringify(lines, { header: true, cast: tableCast });
}

const demoNote =
  "A miniature, from Semblance's demo: these scores say nothing about photographs or about GLIDE itself.";

/** A booktabs table: the best figure of each column in bold, intervals below figures, notes and recipes as comments. */
export function tableToLatex(table: ComparisonTable, describe: DescribeMetric): string {
  const { real, columns, rows, notes } = table;
  const hasGroups = rows.some(({ group }) => group !== "");
  const heading = columns.map((column) => {
    const arrow = describe(column.metric).better === "lower" ? "downarrow" : "uparrow";
    return `${latexText(columnTitle(column, describe))} $\\${arrow}$`;
  });
  const body = rows.flatMap((row, index) => {
    const startsGroup = row.group !== rows[index - 1]?.group;
    const lead = hasGroups ? `${startsGroup ? latexText(row.group) : ""} & ` : "";
    const figures = row.cells.map((cell, at) => {
      if (!cell || cell.value === null) return "--";
      return isBestCell(table, row, at, describe) ? `\\textbf{${figure(cell.value)}}` : figure(cell.value);
    });
    const intervals = row.cells.map((cell) =>
      hasInterval(cell) ? `{\\scriptsize ${intervalText(cell, " to ")}}` : "",
    );
    const rule = hasGroups && startsGroup && index > 0 ? ["\\addlinespace"] : [];
    return [
      ...rule,
      `${lead}${latexText(row.name)} & ${countText(row).replaceAll("–", "--")} & ${figures.join(" & ")} \\\\`,
      `${hasGroups ? " & " : ""} & & ${intervals.join(" & ")} \\\\`,
    ];
  });
  return [
    `% Against ${oneLine(real)}; N: real and generated images; 95% intervals in small print.`,
    ...(rows.some(({ isDemo }) => isDemo) ? [`% ${demoNote}`] : []),
    ...notes.map((note) => `% ${oneLine(note)}`),
    ...recipeLines(table, describe).map((line) => `% ${oneLine(line)}`),
    `\\begin{tabular}{${hasGroups ? "l" : ""}lr${"r".repeat(columns.length)}}`,
    "\\toprule",
    `${hasGroups ? " & " : ""}Compared & $N$ & ${heading.join(" & ")} \\\\`,
    "\\midrule",
    ...body,
    "\\bottomrule",
    "\\end{tabular}",
    "",
  ].join("\n");
}

/** Columns side by side, notes below. */
export function tableToText(table: ComparisonTable, describe: DescribeMetric): string {
  const cells = tableCells(table, describe, (text) => text).map((row) => row.map(oneLine));
  const lines = alignColumns(cells);
  return `${[...lines, ...(table.notes.length > 0 ? ["", ...table.notes] : [])].join("\n")}\n`;
}

/** The best figure of each column in bold; notes and recipes as lists below. */
export function tableToMarkdown(table: ComparisonTable, describe: DescribeMetric): string {
  const [header, ...rows] = tableCells(table, describe, (text, isBest) => (isBest ? `**${text}**` : text));
  const toLine = (row: readonly string[]) =>
    `| ${row.map((cell) => oneLine(cell).replace(/[\\|<>]/g, "\\$&")).join(" | ")} |`;
  const toList = (items: readonly string[]) => items.map((item) => `- ${oneLine(item)}\n`).join("");
  const notes = toList(table.notes);
  const recipes = toList(recipeLines(table, describe));
  return [
    `${[toLine(header!), toLine(header!.map(() => "---")), ...rows.map(toLine)].join("\n")}\n`,
    `Against ${oneLine(table.real)}; N: real and generated images; 95% intervals in brackets.\n`,
    ...(notes === "" ? [] : [`Notes:\n\n${notes}`]),
    ...(recipes === "" ? [] : [`How the scores were computed:\n\n${recipes}`]),
  ].join("\n");
}

/** The header, then a line per row; a group is named once. `emphasise` is asked how to write a cell's figure. */
function tableCells(
  table: ComparisonTable,
  describe: DescribeMetric,
  emphasise: (figure: string, isBest: boolean) => string,
): string[][] {
  const { columns, rows } = table;
  const hasGroups = rows.some(({ group }) => group !== "");
  return [
    [...(hasGroups ? [""] : []), "compared", "N", ...columns.map((column) => columnTitle(column, describe))],
    ...rows.map((row, index) => [
      ...(hasGroups ? [row.group === rows[index - 1]?.group ? "" : row.group] : []),
      row.name,
      countText(row),
      ...row.cells.map((cell, at) => {
        if (!cell || cell.value === null) return "–";
        const value = emphasise(figure(cell.value), isBestCell(table, row, at, describe));
        return hasInterval(cell) ? `${value} [${intervalText(cell, ", ")}]` : value;
      }),
    ]),
  ];
}

/** One line per column: how its figures were computed, once where all were computed alike. */
export function recipeLines({ columns, rows }: ComparisonTable, describe: DescribeMetric): string[] {
  return columns.flatMap((column, at) => {
    const recipes = rows.flatMap(({ cells }) =>
      cells[at] && cells[at].value !== null ? [cells[at].recipe] : [],
    );
    const texts = new Set(
      recipes.map(({ bias: _bias, title: _title, clusters: _clusters, ...recipe }) =>
        Object.entries(recipe)
          .map(([name, value]) => `${recipeWords(name)} ${recipeValue(value)}`)
          .join("; "),
      ),
    );
    return [...texts].map((text) => `${columnTitle(column, describe)}: ${text}`);
  });
}

/** "200" where as many real as generated images took part, else "2,000 / 200" without the comma. */
export function countText(row: TableRow): string {
  const { real, generated } = rowCounts(row);
  const generatedText = generated.join("–");
  if (generatedText === "") return "–";
  return real.length === 0 || real.join("–") === generatedText
    ? generatedText
    : `${real.join("–")} / ${generatedText}`;
}

function hasInterval(cell: MetricScore | null): cell is MetricScore & { low: number; high: number } {
  return cell !== null && cell.low !== null && cell.high !== null;
}

function intervalText({ low, high }: { low: number; high: number }, between: string): string {
  return `${figure(low)}${between}${figure(high)}`;
}

/** Four digits: more than intervals of any study leave certain. */
function figure(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : value.toPrecision(4);
}
