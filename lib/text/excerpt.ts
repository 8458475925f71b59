/** Texts of other people within messages. */
import { oneLine } from "./one-line";

const longest = 200;

/** The text on one line, its end left out where it is long. */
export function excerpt(text: string): string {
  const line = oneLine(text).trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
