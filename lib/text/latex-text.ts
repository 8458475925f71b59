/** Text for a cell or a comment of a LaTeX document. */
import { oneLine } from "./one-line";

const specials: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
};

/** On one line, with LaTeX's special characters escaped. */
export function latexText(text: string): string {
  return oneLine(text).replace(/[\\~^&%$#_{}]/g, (sign) => specials[sign] ?? `\\${sign}`);
}
