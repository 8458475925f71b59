/** A group of captions: those whose column of this name says this value. Written as NAME=VALUE in addresses and commands. */

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
