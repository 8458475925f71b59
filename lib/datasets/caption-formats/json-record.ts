/** An object that describes an image, as lists and lines of JSON hold them. */
import {
  type CaptionEntry,
  type ChosenColumns,
  captionFileError,
  fieldsRemedy,
  findColumns,
  readCategories,
} from "./caption-format";
import { ofCaption, readExportedSplit, splitColumn } from "./exported-fields";

/** Whether an object is such a record, and not captions by file name. */
export function isRecord(value: object, columns: ChosenColumns): boolean {
  return findColumns(presentFields(value), columns).captions.length > 0;
}

/**
 * @param where such as "line 3 of metadata.jsonl"
 * @throws SemblanceError `invalid_file` for an object without a caption, or with several that differ
 */
export function readRecord(
  value: object,
  file: string,
  place: string,
  columns: ChosenColumns,
): CaptionEntry[] {
  const contents = value as Record<string, unknown>;
  const found = findColumns(presentFields(value), columns);
  // Exports have the first caption, as others do, and a list of all of them.
  const first = found.captions.find((name) => Array.isArray(contents[name])) ?? found.captions[0];
  if (first === undefined) throw captionFileError(file, `has no caption in ${place}`, fieldsRemedy);
  const text = (name: string) => JSON.stringify(contents[name]);
  const isListed = (name: string) =>
    Array.isArray(contents[first]) && contents[first].includes(contents[name]);
  const other = found.captions.find((name) => text(name) !== text(first) && !isListed(name));
  if (other !== undefined && columns.captions === undefined) {
    throw captionFileError(file, `has both ${first} and ${other} in ${place}`, fieldsRemedy);
  }
  const image = found.image === undefined ? null : contents[found.image];
  if (image !== null && typeof image !== "string") {
    throw captionFileError(file, `names the image in ${place} by something other than text`, fieldsRemedy);
  }
  const names = columns.captions === undefined ? [first] : found.captions;
  const split = readExportedSplit(contents[splitColumn(Object.keys(value)) ?? ""]);
  return names
    .flatMap((name) => readTexts(contents[name], file, place))
    .map((caption, index, { length }) => ({
      ...{ image, isBare: false, caption, place, ...split },
      ...readCategories(Object.keys(value), (name) => ofCaption(contents[name], index, length), columns),
    }));
}

/** One text, or a list of them. @throws SemblanceError `invalid_file` for anything else */
export function readTexts(content: unknown, file: string, place: string): string[] {
  const texts = Array.isArray(content) ? content : [content];
  if (texts.every((text) => typeof text === "string")) return texts.map((text) => text.trim());
  throw captionFileError(file, `has a caption that is not text in ${place}`, fieldsRemedy);
}

/** Names of the fields that hold something. */
export function presentFields(value: object): string[] {
  return Object.entries(value).flatMap(([name, content]) => ((content ?? null) === null ? [] : [name]));
}
