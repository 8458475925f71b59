/** A group of captions: those whose column of this name says this value. Written as NAME=VALUE in addresses and commands. */

import { z } from "zod";

export type CaptionCategory = { readonly name: string; readonly value: string };

/** Undefined for a text that names none. Names have no “=”; see `readCategories` in caption-formats/caption-format.ts. */
export function parseCategory(text: string): CaptionCategory | undefined {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1) return undefined;
  return { name: text.slice(0, at), value: text.slice(at + 1) };
}

export function categoryToText({ name, value }: CaptionCategory): string {
  return `${name}=${value}`;
}

/** Categories that somebody has chosen, each as NAME=VALUE. */
export const chosenCategories = z
  .array(
    z
      .string()
      .max(300)
      .refine(
        (text) => parseCategory(text) !== undefined,
        "Write it as NAME=VALUE, such as Category=Animals.",
      ),
  )
  .max(50);

/** For `db.caption`: captions of any of the categories; all where there are none. */
export function ofCategories(chosen: readonly string[]) {
  if (chosen.length === 0) return {};
  return {
    OR: chosen.map((text) => {
      const { name, value } = parseCategory(text)!;
      return { categories: { path: [name], array_contains: value } };
    }),
  };
}
