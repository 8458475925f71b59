/** A table in Markdown; its cells are plain text. */
import { markdownText } from "./markdown-text";

export function markdownTable(
  names: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => markdownText(String(cell))).join(" | ")} |`;
  return [line(names), `|${" --- |".repeat(names.length)}`, ...rows.map(line)].join("\n");
}
