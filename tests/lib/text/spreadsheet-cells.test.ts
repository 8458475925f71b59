/** Names survive a CSV file, stay on one line of a table, and are never executed as formulas. */
import { expect, it } from "vitest";
import { scoresToCsv, scoresToLatex, scoresToText } from "@/cli/score-table";
import { toTable } from "@/cli/table";
import type { Score } from "@/lib/metrics/scores/score";
import { protectCell, unprotectCell } from "@/lib/text/spreadsheet-cells";

it("reads every cell back unchanged", () => {
  for (const cell of ["a", "", "'", "'s", "=1", "'=1", "''-1", "+1", "@x", "＝1", "-", "\tx", "'quoted'"]) {
    expect(unprotectCell(protectCell(cell))).toBe(cell);
  }
  expect(protectCell("=1")).toBe("'=1");
  expect(unprotectCell("'s Hertogenbosch")).toBe("'s Hertogenbosch");
});

it("keeps a name with a line break in one row of a table, as text, CSV and LaTeX", () => {
  const score: Score = {
    metric: "fid",
    value: 3,
    low: 2,
    high: 4,
    n1: 5,
    n2: 5,
    warnings: [],
    remedy: null,
    recipe: {},
    perImage: null,
  };
  const arms = [{ name: "=two\nlines_\\", scores: [score] }];
  expect(toTable(["arm", "n"], [["two\r\nlines", 1]])).toBe("arm        n\ntwo lines  1\n");
  expect(scoresToText(arms).split("\n")[1]).toMatch(/^=two lines_\\ +fid/);
  const csv = scoresToCsv(arms).split("\n");
  expect(csv).toHaveLength(3);
  expect(csv[1]).toMatch(/^'=two lines_\\,fid,3,/);
  expect(scoresToLatex(arms)).toContain("=two lines\\_\\textbackslash{} & 5 & 3.0000 \\\\\n");
});
