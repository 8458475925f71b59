/** Cells that a spreadsheet would run as a formula: an apostrophe before them on writing, taken away on reading. */

/** Formula characters behind any number of apostrophes: all cells that get one more, so that each comes back as it was. */
const risky = /^'*[=+\-@\t\r＝＋－＠]/u;
const protectedCell = /^'+[=+\-@\t\r＝＋－＠]/u;

export function protectCell(cell: string): string {
  return risky.test(cell) ? `'${cell}` : cell;
}

/** The inverse of `protectCell`. */
export function unprotectCell(cell: string): string {
  // Most cells need no look at their other characters.
  return cell.startsWith("'") && protectedCell.test(cell) ? cell.slice(1) : cell;
}
