/** JSON lines: a record, or a caption in quotes, on each line. */
import { type CaptionFormat, captionFileError } from "./caption-format";
import { readItem } from "./json";
import { splitLines } from "./lines";

export const jsonLinesFormat: CaptionFormat = {
  extensions: [".jsonl", ".ndjson"],
  description: ".jsonl with one object of file_name and caption per line",
  read(text, file) {
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
      return readItem(item, file, place);
    });
  },
};
