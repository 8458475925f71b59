/** Tables for terminals: columns side by side, numbers to the right. */
import { alignColumns } from "@/lib/text/align-columns";
import { oneLine } from "@/lib/text/one-line";

/** One line per row under a header; cells are text, or numbers that are set to the right. */
export function toTable(header: string[], rows: (string | number)[][]): string {
  const cells = [header, ...rows.map((row) => row.map((cell) => oneLine(String(cell))))];
  const isNumber = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === "number"),
  );
  return alignColumns(cells, (column) => isNumber[column]!)
    .map((line) => `${line}\n`)
    .join("");
}
