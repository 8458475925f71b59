/** What generators write down of an image, as names and values: model, seed, settings, and the text that it was drawn for. */
import type { SampleOrigin } from "../sample-origin";

/** What is said of an image; the caption that it is for is none of it. */
export type GeneratorNotes = Omit<SampleOrigin, "file">;

const mostSettings = 40;
const longestValue = 2000;

const modelNames = ["model", "model_name", "checkpoint", "sd_model_name", "ckpt_name"];
const textNames = ["prompt", "caption", "text", "positive_prompt", "description"];
/** What says again which image or caption is meant, or holds it. */
const captionNames = new Set([...textNames, "file", "file_name", "filename", "key", "image"]);

/**
 * Of a record of names and values, such as a JSON file beside the image: `samples export` writes `settings` as a record of its
 * own. Lists, and records otherwise, are passed over.
 */
export function notesOfRecord(record: Readonly<Record<string, unknown>>): GeneratorNotes {
  const { settings, ...rest } = record;
  const inner = isRecord(settings) ? settings : {};
  const facts = Object.entries({ ...rest, ...inner }).flatMap(([name, value]): [string, string][] => {
    if (captionNames.has(name.toLowerCase())) return [];
    // InvokeAI's model is a record with a name.
    const said = isRecord(value) && modelNames.includes(name.toLowerCase()) ? value.name : value;
    if (typeof said === "string" && said.trim() !== "") return [[name, said.trim()]];
    return typeof said === "number" || typeof said === "boolean" ? [[name, String(said)]] : [];
  });
  return toNotes(facts);
}

/** The text that a record says its image was drawn for. */
export function textOfRecord(record: Readonly<Record<string, unknown>>): string | null {
  const byName = new Map(Object.entries(record).map(([name, value]) => [name.toLowerCase(), value]));
  const text = textNames.map((name) => byName.get(name)).find((value) => typeof value === "string");
  return typeof text === "string" && text.trim() !== "" ? text : null;
}

/** @param facts names with values; model and seed are known by their names */
export function toNotes(facts: readonly (readonly [name: string, value: string])[]): GeneratorNotes {
  const kept = facts
    .map(([name, value]): [string, string] => [storable(name), storable(value).slice(0, longestValue)])
    .filter(([name, value]) => name !== "" && value !== "");
  const named = (names: readonly string[]) =>
    names
      .map((name) => kept.find(([each]) => each.toLowerCase() === name)?.[1])
      .find((value) => value !== undefined);
  const [model, seed] = [named(modelNames), named(["seed"])];
  const settings = kept
    .filter(([name]) => name.toLowerCase() !== "seed" && !modelNames.includes(name.toLowerCase()))
    .slice(0, mostSettings);
  return {
    ...(model === undefined ? {} : { model }),
    ...(seed === undefined ? {} : { seed }),
    ...(settings.length === 0 ? {} : { settings: Object.fromEntries(settings) }),
  };
}

/** Without what no database keeps. */
function storable(text: string): string {
  return text
    .replaceAll("\0", "")
    .replace(/\p{Surrogate}/gu, "\uFFFD")
    .trim();
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The record that a text is as JSON; null where it is none. */
export function parseRecord(text: string): Record<string, unknown> | null {
  try {
    const content: unknown = JSON.parse(text);
    return isRecord(content) ? content : null;
  } catch {
    return null;
  }
}
