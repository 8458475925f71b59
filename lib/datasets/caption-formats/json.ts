/** JSON: captions by file name, one record, or a list of records or captions. */
import {
  type CaptionEntry,
  type CaptionFormat,
  type ChosenColumns,
  captionFileError,
  fieldsRemedy,
} from "./caption-format";
import { isRecord, presentFields, readRecord, readTexts } from "./json-record";

export const jsonFormat: CaptionFormat = {
  extensions: [".json"],
  description: ".json of captions by file name or number, or a list of objects with file_name and caption",
  columns(text, file) {
    const content = parseJson(text, file);
    const isOne = typeof content === "object" && content !== null && isRecord(content, {});
    // A list of records, or records by the names of their images.
    const record: unknown = isOne ? content : Object.values(content ?? {})[0];
    const isObject = typeof record === "object" && record !== null && !Array.isArray(record);
    return isObject ? presentFields(record) : [];
  },
  read(text, file, columns) {
    const content = parseJson(text, file);
    if (Array.isArray(content)) {
      return content.flatMap((item, index) => readItem(item, file, `entry ${index + 1}`, columns));
    }
    if (typeof content !== "object" || content === null) {
      throw captionFileError(file, "contains something other than captions", fieldsRemedy);
    }
    if (isRecord(content, columns)) return readRecord(content, file, "its object", columns);
    return Object.entries(content).flatMap(([image, captions]: [string, unknown]) => {
      const place = `“${image}”`;
      if (typeof captions === "object" && captions !== null && isRecord(captions, columns)) {
        return readRecord(captions, file, place, columns).map((entry) => ({
          ...entry,
          image: entry.image ?? image,
        }));
      }
      return readTexts(captions, file, place).map((caption) => ({ image, isBare: false, caption, place }));
    });
  },
};

/** A caption alone, or a record. */
export function readItem(item: unknown, file: string, place: string, columns: ChosenColumns): CaptionEntry[] {
  if (typeof item === "string") return [{ image: null, isBare: true, caption: item.trim(), place }];
  if (typeof item === "object" && item !== null && !Array.isArray(item))
    return readRecord(item, file, place, columns);
  throw captionFileError(file, `contains something other than captions in ${place}`, fieldsRemedy);
}

export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw captionFileError(file, `is not valid JSON (${(error as Error).message})`, "Correct it there.");
  }
}
