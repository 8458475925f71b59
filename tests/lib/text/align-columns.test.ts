import { expect, test } from "vitest";
import { alignColumns } from "@/lib/text/align-columns";

test("columns are as wide as their widest cell, on the side asked for, without blanks at the end", () => {
  const rows = [
    ["name", "value", "note"],
    ["a", "1.5", ""],
    ["longer", "10", "x"],
  ];
  expect(alignColumns(rows, (column) => column === 1)).toEqual([
    "name    value  note",
    "a         1.5",
    "longer     10  x",
  ]);
  expect(alignColumns([])).toEqual([]);
});
