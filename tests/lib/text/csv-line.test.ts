import { stringify } from "csv-stringify/sync";
import { expect, it } from "vitest";
import { csvLine } from "@/lib/text/csv-line";

const rows = [
  ["a", "b"],
  ["", ""],
  ["", "a brown dog, on grass", ""],
  ['she said "no"', '"', '""', ","],
  ["two\nlines", "a\rb", "a\r\nb", "\n"],
  [" blank ", "\t", "'=1+1", "0", "null", "\u2028", "\ufeffa"],
  ['{"left":[1,2]}', "é, 犬"],
];

it("writes what csv-stringify writes", () => {
  for (const row of rows) expect(csvLine(row)).toBe(stringify([row]));
});
