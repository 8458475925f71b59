/** What every format of caption files can do. */
import { SemblanceError } from "@/lib/errors";
import type { Split } from "@/lib/generated/prisma/enums";
import { oneLine } from "@/lib/text/one-line";
import type { Categories } from "./categories";
import { readExportedCategories } from "./exported-fields";

export type CaptionEntry = {
  /** The image that the caption belongs to, as the file writes it; null where it names none. With "/" at its end: all images
   * of a folder. */
  readonly image: string | null;
  /** Whether it stands alone, so that its place among the others may say which image it belongs to. */
  readonly isBare: boolean;
  /** Without blanks at its ends; empty where the file has an empty line or cell in its place. */
  readonly caption: string;
  /** Where it is, such as "line 3". */
  readonly place: string;
  /** What else its row says that groups captions, by the name of the column; absent: nothing. */
  readonly categories?: Categories;
  /** Of its image, where the file is an export that says it. */
  readonly split?: Split;
};

/** Columns of tables, or fields of records, that somebody has chosen; the case of letters does not matter. */
export type ChosenColumns = {
  /** With the names of the images; with the images themselves in a Parquet file. */
  readonly image?: string | undefined;
  /** With the captions; several give several captions of each image. */
  readonly captions?: readonly string[] | undefined;
  /** With what captions are grouped by. */
  readonly categories?: readonly string[] | undefined;
};

export type CaptionFormat = {
  /** With the dot, in lower case. */
  readonly extensions: readonly string[];
  /** What a file of it looks like, as part of a sentence. */
  readonly description: string;
  /** Of files with these endings, those that are meant; absent: all that no other format claims. */
  readonly claims?: (text: string, file: string) => boolean;
  /**
   * @param file its name, for messages
   * @param columns those that the usual names stand for where absent
   * @throws SemblanceError `invalid_file` saying where it is no such file
   */
  readonly read: (text: string, file: string, columns: ChosenColumns) => CaptionEntry[];
  /** The columns or fields that can be chosen; absent where there is nothing to choose. */
  readonly columns?: (text: string, file: string) => string[];
};

/** `what` completes "FILE …". */
export function captionFileError(file: string, what: string, remedy: string): SemblanceError {
  return new SemblanceError("invalid_file", oneLine(`${file} ${what}.`), { remedy });
}

/** Names under which columns and fields hold what belongs together; the case of letters does not matter. */
export const captionFields = ["caption", "captions", "text", "prompt", "prompts"] as const;
export const imageFields = ["file_name", "file", "filename", "image", "image_path", "path"] as const;

/**
 * The names, as they are written among `all`, of the columns with captions and of the one with images.
 *
 * @returns several captions only where they were chosen; what cannot be decided is left to the caller
 */
export function findColumns(
  all: readonly string[],
  chosen: ChosenColumns,
): { captions: string[]; image: string | undefined; missing: string[] } {
  const named = (names: readonly string[]) =>
    names.map((name) => all.find((each) => fold(each) === fold(name))).filter((name) => name !== undefined);
  const wanted = [
    ...(chosen.captions ?? []),
    ...(chosen.image === undefined ? [] : [chosen.image]),
    ...(chosen.categories ?? []),
  ];
  return {
    captions: named(chosen.captions ?? captionFields),
    image: named(chosen.image === undefined ? imageFields : [chosen.image])[0],
    missing: wanted.filter((name) => named([name]).length === 0),
  };
}

/** As PartiPrompts, DrawBench, GenAI-Bench and DSG-1k name what they group prompts by. */
const categoryPattern =
  /^(categor(y|ies)(_\w+)?|challenges?|(basic_|advanced_)?skills?|tags?|difficulty|subset)$/i;

/** Those of the columns or fields that group captions: the chosen ones, or those with usual names. */
export function categoryColumns(names: readonly string[], { categories }: ChosenColumns): string[] {
  const chosen = categories && new Set(categories.map(fold));
  return names.filter((name) => (chosen ? chosen.has(fold(name)) : categoryPattern.test(name.trim())));
}

/** @param contentOf of the cell or field: a text, a number, or a list of them, each of which is a value; or what exports write */
export function readCategories(
  names: readonly string[],
  contentOf: (name: string) => unknown,
  chosen: ChosenColumns,
): { categories?: Categories } {
  const found = categoryColumns(names, chosen)
    .flatMap((name) => {
      const content = contentOf(name);
      const exported = readExportedCategories(content);
      if (exported)
        return Object.entries(exported).map(([each, texts]) => [toWord(each), toValues(texts)] as const);
      return [[toWord(name), toValues(content)] as const];
    })
    .filter(([name, values]) => name !== "" && values.length > 0);
  return found.length === 0 ? {} : { categories: Object.fromEntries(found) };
}

function toValues(content: unknown): string[] {
  const contents = Array.isArray(content) ? content : [content];
  const texts = contents
    .filter((each) => ["string", "number", "bigint", "boolean"].includes(typeof each))
    .map((each) => toWord(String(each)));
  return [...new Set(texts.filter((text) => text !== ""))];
}

/** Without what JSON can write but no database keeps. */
function toWord(text: string): string {
  return oneLine(text)
    .replace(/\p{Surrogate}/gu, "\uFFFD")
    .trim();
}

function fold(name: string): string {
  return name.trim().toLowerCase();
}

export const fieldsRemedy = "Give the image as file_name and its caption as one of caption, text or prompt.";
