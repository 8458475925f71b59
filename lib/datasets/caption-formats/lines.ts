/** Plain text: a caption on each line. */
import { type CaptionFormat, captionFileError } from "./caption-format";

export const linesFormat: CaptionFormat = {
  extensions: [".txt", ".caption"],
  description: ".txt or .caption with one caption per line",
  read(text, file) {
    if (isJson(text)) {
      throw captionFileError(
        file,
        "contains JSON, not lines of captions",
        "Name it .json, or .jsonl if every line is a separate object.",
      );
    }
    return splitLines(text).map((line, index) => ({
      image: null,
      isBare: true,
      caption: line,
      place: `line ${index + 1}`,
    }));
  },
};

/** Lines without blanks at their ends; blank ones stay as empty texts, except at the end. */
export function splitLines(text: string): string[] {
  return text
    .trimEnd()
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim());
}

/** Whether the text is an object or a list, or every line of it is an object. */
function isJson(text: string): boolean {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return false;
  const parses = (part: string) => {
    try {
      return typeof JSON.parse(part) === "object";
    } catch {
      return false;
    }
  };
  return parses(trimmed) || splitLines(trimmed).every((line) => line === "" || parses(line));
}
