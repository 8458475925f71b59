import { expect, test } from "vitest";
import { alignColumns } from "@/lib/text/align-columns";

test("columns are as wide as their widest cell, aligned as requested, without trailing blanks", () => {
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
