/** JSON: captions by file name, one record, or a list of records or captions. */
import { type CaptionEntry, type CaptionFormat, captionFileError, fieldsRemedy } from "./caption-format";
import { isRecord, readRecord, readTexts } from "./json-record";

export const jsonFormat: CaptionFormat = {
  extensions: [".json"],
  description: ".json of captions by file name, or a list of objects with file_name and caption",
  read(text, file) {
    const content = parseJson(text, file);
    if (Array.isArray(content)) {
      return content.flatMap((item, index) => readItem(item, file, `entry ${index + 1}`));
    }
    if (typeof content !== "object" || content === null) {
      throw captionFileError(file, "contains something other than captions", fieldsRemedy);
    }
    if (isRecord(content)) return readRecord(content, file, "its object");
    return Object.entries(content).flatMap(([image, captions]) =>
      readTexts(captions, file, `“${image}”`).map((caption) => ({
        image,
        isBare: false,
        caption,
        place: `“${image}”`,
      })),
    );
  },
};

/** A caption alone, or a record. */
export function readItem(item: unknown, file: string, place: string): CaptionEntry[] {
  if (typeof item === "string") return [{ image: null, isBare: true, caption: item.trim(), place }];
  if (typeof item === "object" && item !== null && !Array.isArray(item)) return readRecord(item, file, place);
  throw captionFileError(file, `contains something other than captions in ${place}`, fieldsRemedy);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw captionFileError(file, `is not valid JSON (${(error as Error).message})`, "Correct it there.");
  }
}
