/** An object that describes an image, as lists and lines of JSON hold them. */
import {
  type CaptionEntry,
  captionFields,
  captionFileError,
  fieldsRemedy,
  imageFields,
} from "./caption-format";

/** Whether an object is such a record, and not captions by file name. */
export function isRecord(value: object): boolean {
  return findFields(value, captionFields).length > 0;
}

/**
 * @param where such as "line 3 of metadata.jsonl"
 * @throws SemblanceError `invalid_file` for an object without a caption, or with several that differ
 */
export function readRecord(value: object, file: string, place: string): CaptionEntry[] {
  const captions = findFields(value, captionFields);
  const [found] = captions;
  if (!found) throw captionFileError(file, `has no caption in ${place}`, fieldsRemedy);
  const other = captions.find(({ content }) => JSON.stringify(content) !== JSON.stringify(found.content));
  if (other) {
    throw captionFileError(file, `has both ${found.name} and ${other.name} in ${place}`, fieldsRemedy);
  }
  const [image] = findFields(value, imageFields);
  if (image && typeof image.content !== "string") {
    throw captionFileError(file, `names the image in ${place} by something other than text`, fieldsRemedy);
  }
  return readTexts(found.content, file, place).map((caption) => ({
    image: (image?.content as string | undefined) ?? null,
    isBare: false,
    caption,
    place,
  }));
}

/** One text, or a list of them. @throws SemblanceError `invalid_file` for anything else */
export function readTexts(content: unknown, file: string, place: string): string[] {
  const texts = Array.isArray(content) ? content : [content];
  if (texts.every((text) => typeof text === "string")) return texts.map((text) => text.trim());
  throw captionFileError(file, `has a caption that is not text in ${place}`, fieldsRemedy);
}

function findFields(value: object, names: readonly string[]): { name: string; content: unknown }[] {
  const byName = new Map(Object.entries(value).map(([name, content]) => [name.toLowerCase(), content]));
  return names
    .filter((name) => (byName.get(name) ?? null) !== null)
    .map((name) => ({ name, content: byName.get(name) }));
}
