/**
 * What an export writes beside a caption, and an import takes from any file that has it: `split`, "training" or "held-out", and
 * `categories`, lists of texts by name such as {"Category": ["Animals"]}. Where a record has a list of captions, `categories` is
 * a list as well, with an object for each; tables have the objects as JSON texts.
 */
import type { Split } from "@/lib/generated/prisma/enums";
import { splitWords } from "../split-choice";
import type { Categories } from "./categories";

/** Of another word, such as "train" in other people's files: nothing, since it says nothing of what is held out here. */
export function readExportedSplit(content: unknown): { split?: Split } {
  const split = (Object.keys(splitWords) as Split[]).find((each) => splitWords[each] === content);
  return split === undefined ? {} : { split };
}

/** The field of this name, whatever the case of its letters. */
export function splitColumn(names: readonly string[]): string | undefined {
  return names.find((name) => name.trim().toLowerCase() === "split");
}

/** @returns null for anything but an object of lists of texts, or a JSON text of one */
export function readExportedCategories(content: unknown): Categories | null {
  const value = typeof content === "string" && content.startsWith("{") ? parse(content) : content;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const isList = (each: unknown) => Array.isArray(each) && each.every((text) => typeof text === "string");
  const isName = (name: string) => name.trim() !== "" && !name.includes("=");
  const isOurs = Object.entries(value).every(([name, each]) => isName(name) && isList(each));
  return isOurs ? (value as Categories) : null;
}

/** Of categories by caption those of one caption; anything else is of all captions. */
export function ofCaption(content: unknown, index: number, captionCount: number): unknown {
  const isByCaption =
    Array.isArray(content) &&
    content.length === captionCount &&
    content.every((each) => readExportedCategories(each) !== null);
  return isByCaption ? content[index] : content;
}

/** The fields of a caption, or of a record with a list of captions; without what there is not. */
export function exportedFields(
  categories: Categories | readonly Categories[],
  split: Split | undefined,
): { categories?: Categories | readonly Categories[]; split?: string } {
  const all = Array.isArray(categories) ? categories : [categories];
  return {
    ...(all.some((each) => Object.keys(each).length > 0) ? { categories } : {}),
    ...(split === undefined ? {} : { split: splitWords[split] }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
