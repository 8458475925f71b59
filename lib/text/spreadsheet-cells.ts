/** Cells of CSV files that people open in spreadsheets: one line each, and nothing that is run as a formula. */
import { oneLine } from "./one-line";

/** Formula characters behind any number of apostrophes: all cells that get one more, so that each comes back as it was. */
const risky = /^'*[=+\-@\t\r＝＋－＠]/u;
/** How nearly all cells begin, which is seen in a tenth of the time. */
const plain = /^[0-9A-Za-z]/;
const protectedCell = /^'+[=+\-@\t\r＝＋－＠]/u;

/** With an apostrophe before what a spreadsheet would run as a formula. */
export function protectCell(cell: string): string {
  return cell !== "" && !plain.test(cell) && risky.test(cell) ? `'${cell}` : cell;
}

/** The inverse of `protectCell`. */
export function unprotectCell(cell: string): string {
  // Most cells need no look at their other characters.
  return cell.startsWith("'") && protectedCell.test(cell) ? cell.slice(1) : cell;
}

/** How csv-stringify writes values of a table: texts on one line and protected, booleans as words. */
export const tableCast = {
  boolean: String,
  string: (text: string) => protectCell(oneLine(text)),
} as const;
