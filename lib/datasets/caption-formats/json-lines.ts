/** JSON lines: a record, or a caption in quotes, on each line. */
import { type CaptionFormat, captionFileError } from "./caption-format";
import { readItem } from "./json";
import { presentFields } from "./json-record";
import { splitLines } from "./lines";

export const jsonLinesFormat: CaptionFormat = {
  extensions: [".jsonl", ".ndjson"],
  description: ".jsonl with one object of file_name and caption per line",
  columns(text) {
    const first = splitLines(text).find((line) => line !== "");
    const record: unknown = JSON.parse(first ?? "null");
    return typeof record === "object" && record !== null ? presentFields(record) : [];
  },
  read(text, file, columns) {
    return splitLines(text).flatMap((line, index) => {
      if (line === "") return [];
      const place = `line ${index + 1}`;
      let item: unknown;
      try {
        item = JSON.parse(line);
      } catch (error) {
        throw captionFileError(
          file,
          `is not valid JSON in ${place} (${(error as Error).message})`,
          "Correct the line.",
        );
      }
      return readItem(item, file, place, columns);
    });
  },
};
