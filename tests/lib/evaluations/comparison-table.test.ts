import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { isBestCell, makeComparisonTable, type TableArm } from "@/lib/evaluations/comparison-table";
import type { MetricScore } from "@/lib/evaluations/list-evaluations";
import {
  recipeLines,
  tableToCsv,
  tableToLatex,
  tableToMarkdown,
  tableToText,
} from "@/lib/evaluations/print-comparison-table";

const recipe = { network: "FID Inception", weightsSha256: "a1", preparation: "bilinear 299", bias: 3.5 };

function fid(value: number | null, options: Partial<MetricScore> = {}): MetricScore {
  const [low, high] = value === null ? [null, null] : [value - 1.5, value + 1.5];
  return {
    metric: "fid",
    value,
    low,
    high,
    realCount: 200,
    generatedCount: 200,
    recipe,
    warnings: ["200 images are fewer than 2048."],
    remedy: null,
    ...options,
  };
}

const describe = (metric: string) =>
  ({
    label: metric === "fid" ? "FID" : "CLIP_Score",
    better: metric === "fid" ? "lower" : "higher",
  }) as const;

/** The report's Table 1: 20 and 40 upsampler epochs × real/original, real/fine-tuned × 64, 256 px. */
const arms: TableArm[] = [20, 40].flatMap((epochs) =>
  ["real / original", "real / fine-tuned"].flatMap((name, tuned) =>
    ([256, 64] as const).map((sidePx) => ({
      group: `${epochs} upsampler epochs`,
      name,
      sidePx,
      scores: [fid(100 + epochs + 10 * tuned + (sidePx === 64 ? 0.25 : 0.5))],
    })),
  ),
);

test("rows are sets, columns are metrics by ascending side length, and the best score of a column is known", () => {
  const table = makeComparisonTable("photographs", arms, describe);
  expect(table.columns).toEqual([
    { metric: "fid", sidePx: 64 },
    { metric: "fid", sidePx: 256 },
  ]);
  expect(
    table.rows.map(({ group, name, cells }) => [group, name, ...cells.map((cell) => cell?.value)]),
  ).toEqual([
    ["20 upsampler epochs", "real / original", 120.25, 120.5],
    ["20 upsampler epochs", "real / fine-tuned", 130.25, 130.5],
    ["40 upsampler epochs", "real / original", 140.25, 140.5],
    ["40 upsampler epochs", "real / fine-tuned", 150.25, 150.5],
  ]);
  expect(table.rows.map((row) => isBestCell(table, row, 1, describe))).toEqual([true, false, false, false]);
  // Said once for each column, not once for each row.
  expect(table.notes).toEqual([
    "FID, 64 px: 200 images are fewer than 2048.",
    "FID, 256 px: 200 images are fewer than 2048.",
  ]);
});

test("notes say why scores cannot be compared: numbers of images, recipes", () => {
  const [first, second, ...rest] = arms;
  const other = { ...recipe, preparation: "bicubic 299", bias: 9, provider: "cuda" };
  const table = makeComparisonTable(
    "photographs",
    [
      { ...first!, scores: [fid(120.5, { generatedCount: 150 })] },
      {
        ...second!,
        scores: [fid(null, { warnings: [], remedy: "Run `npx semblance weights get inception`." })],
      },
      ...rest.map((arm) => ({ ...arm, scores: [fid(1, { recipe: arm.sidePx === 64 ? other : recipe })] })),
    ],
    describe,
  );
  expect(table.notes[0]).toMatch(/^The sets have different numbers of images \(150, 200\)/);
  // The row without a figure has no say in whether figures compare; processor and measured bias have none either.
  expect(table.notes.filter((note) => note.includes("computed in different ways"))).toEqual([]);
  expect(table.notes).toContain(
    "FID, 64 px (20 upsampler epochs, real / original): Run `npx semblance weights get inception`.",
  );
  const mixed = arms.map((arm, at) => ({ ...arm, scores: [fid(1, { recipe: at === 0 ? other : recipe })] }));
  expect(makeComparisonTable("photographs", mixed, describe).notes).toContain(
    "FID, 256 px: the scores were computed in different ways (preparation) and are not comparable.",
  );
});

test("CSV has one score per line with its recipe, and no formula", () => {
  const [first] = arms;
  const table = makeComparisonTable("=photographs", [{ ...first!, name: '=HYPERLINK("x")' }], describe);
  const rows: Record<string, string>[] = parse(tableToCsv(table, describe), { columns: true });
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({
    group: "20 upsampler epochs",
    metric: "fid",
    side_px: "256",
    value: "120.5",
    low: "119",
    high: "122",
    better: "lower",
    n_real: "200",
    n_generated: "200",
  });
  expect(rows[0]!.set).toMatch(/^'=HYPERLINK/);
  expect(JSON.parse(rows[0]!.recipe!)).toEqual(recipe);
});

test("LaTeX names a group once, sets the best score in bold, escapes names, and keeps comments on one line", () => {
  const table = makeComparisonTable("photo\ngraphs", arms, describe);
  const latex = tableToLatex(table, describe);
  expect(latex).toContain("\\begin{tabular}{llrrr}");
  expect(latex).toContain(" & Compared & $N$ & FID, 64 px $\\downarrow$ & FID, 256 px $\\downarrow$ \\\\");
  expect(latex).toContain(
    "20 upsampler epochs & real / original & 200 & \\textbf{120.3} & \\textbf{120.5} \\\\",
  );
  expect(latex).toContain(" & real / fine-tuned & 200 & 130.3 & 130.5 \\\\");
  expect(latex).toContain(" &  & & {\\scriptsize 118.8 to 121.8} & {\\scriptsize 119.0 to 122.0} \\\\");
  expect(latex.match(/20 upsampler epochs/g)).toHaveLength(1);
  const outside = latex.slice(0, latex.indexOf("\\begin")).trimEnd().split("\n");
  expect(outside.every((line) => line.startsWith("% "))).toBe(true);
  const odd = makeComparisonTable(
    "x",
    [{ group: "", name: "50% \\of a_b~", sidePx: null, scores: [] }],
    describe,
  );
  expect(tableToLatex(odd, describe)).toContain("50\\% \\textbackslash{}of a\\_b\\textasciitilde{} & -- &");
});

test("scores of the demo are marked in both files", () => {
  const [own, demo] = [
    makeComparisonTable("photographs", arms, describe),
    makeComparisonTable(
      "photographs",
      arms.map((arm) => ({ ...arm, isDemo: true })),
      describe,
    ),
  ];
  const flags = (text: string) =>
    (parse(text, { columns: true }) as Record<string, string>[]).map((row) => row.is_demo);
  expect(new Set(flags(tableToCsv(own, describe)))).toEqual(new Set(["false"]));
  expect(new Set(flags(tableToCsv(demo, describe)))).toEqual(new Set(["true"]));
  expect(tableToLatex(own, describe)).not.toContain("miniature");
  expect(tableToLatex(demo, describe)).toMatch(/^% A miniature, from Semblance's demo/m);
});

test("text for the terminal has a column for each, and shows recipes once if all are the same", () => {
  const table = makeComparisonTable("photographs", arms, describe);
  const lines = tableToText(table, describe).split("\n");
  expect(lines[0]).toMatch(/^ +compared +N +FID, 64 px +FID, 256 px$/);
  expect(lines[2]).toMatch(
    /^ +real \/ fine-tuned +200 +130\.3 \[128\.8, 131\.8\] +130\.5 \[129\.0, 132\.0\]$/,
  );
  expect(recipeLines(table, describe)).toEqual([
    "FID, 64 px: network FID Inception; weights’ SHA-256 a1; preparation bilinear 299",
    "FID, 256 px: network FID Inception; weights’ SHA-256 a1; preparation bilinear 299",
  ]);
});

test("Markdown has a line per row, the best scores in bold, notes and recipes below, and escaped markup", () => {
  const odd = [{ ...arms[0]!, group: "a|b <i>", name: "line\nbreak" }, ...arms];
  const markdown = tableToMarkdown(makeComparisonTable("photographs", odd, describe), describe);
  const lines = markdown.split("\n");
  expect(lines[0]).toBe("|  | compared | N | FID, 64 px | FID, 256 px |");
  expect(lines[1]).toBe("| --- | --- | --- | --- | --- |");
  expect(lines[2]).toBe("| a\\|b \\<i\\> | line break | 200 | – | **120.5** [119.0, 122.0] |");
  expect(lines[3]).toBe(
    "| 20 upsampler epochs | real / original | 200 | **120.3** [118.8, 121.8] | **120.5** [119.0, 122.0] |",
  );
  expect(lines[4]).toMatch(/^\| {2}\| real \/ fine-tuned \| 200 \| 130\.3 \[/);
  expect(markdown).toContain("\nNotes:\n\n- FID, 64 px");
  expect(markdown).toContain("\nHow the scores were computed:\n\n- FID, 64 px: network FID Inception; ");
});
