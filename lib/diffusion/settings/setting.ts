/** A setting that describes itself, so that forms, pages, the command line and the docs need no lists of their own. */
import { z } from "zod";

export type SettingText = {
  /** Its name on pages and in forms, such as "Batch size". */
  readonly label: string;
  /** Its name where the title of its group is above it; absent: the label. */
  readonly labelInGroup?: string;
  /** A short description for the command line's help and the reference. */
  readonly description: string;
  /** Advice on choosing a value, in sentences, for forms. */
  readonly help?: string;
  /** The unit of its number, such as "steps". */
  readonly unit?: string;
  /** Of a setting with choices, the title of each. */
  readonly titles?: Readonly<Record<string, string>>;
  /** What pages show instead of 0, of no, or of an empty list. */
  readonly none?: string;
};

/** What values a setting takes. `choice` is one of a list of names, `switch` is yes or no. */
export type SettingKind = "number" | "choice" | "switch" | "numbers" | "texts" | "text";

const settingTexts = z.registry<SettingText>();

/** The same schema with a description. Defaults come first: `setting(z.number().default(1), …)`. */
export function setting<Type extends z.ZodType>(type: Type, text: SettingText): Type {
  settingTexts.add(type, text);
  return type;
}

/** @throws Error for a schema that was not made with `setting`, which is a mistake in the program */
export function settingText(type: z.ZodType): SettingText {
  const text = settingTexts.get(type);
  if (text) return text;
  throw new Error("This schema has no setting description.");
}

/** The schema of a given value: without its default, and without null for none. */
export function valueType(type: z.ZodType): z.ZodType {
  return type instanceof z.ZodDefault || type instanceof z.ZodOptional || type instanceof z.ZodNullable
    ? valueType(type.unwrap() as z.ZodType)
    : type;
}

export function settingKind(type: z.ZodType): SettingKind {
  const value = valueType(type);
  if (value instanceof z.ZodNumber) return "number";
  if (value instanceof z.ZodEnum) return "choice";
  if (value instanceof z.ZodBoolean) return "switch";
  if (value instanceof z.ZodArray) return value.element instanceof z.ZodNumber ? "numbers" : "texts";
  return "text";
}

/** The names that a setting may be one of; empty where it is not a choice. */
export function settingChoices(type: z.ZodType): readonly string[] {
  const value = valueType(type);
  return value instanceof z.ZodEnum ? value.options.map(String) : [];
}

/** A value as pages show it: "25 steps", "none", a choice's title. */
export function settingWords(type: z.ZodType, value: unknown): string {
  const { none, unit, titles } = settingText(type);
  const isNothing =
    value === 0 || value === false || value === "" || (Array.isArray(value) && value.length === 0);
  if (isNothing && none !== undefined) return none;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.join(", ");
  const words = titles?.[String(value)] ?? String(value);
  return unit === undefined ? words : `${words} ${unit}`;
}

/** Name and value of every setting that has one, in the schema's order, as a list on a page. */
export function settingFacts(
  settings: z.ZodObject<Record<string, z.ZodType>>,
  values: Readonly<Record<string, unknown>>,
): { name: string; value: string }[] {
  return Object.entries(settings.shape)
    .filter(([name]) => values[name] !== undefined)
    .map(([name, type]) => ({ name: settingText(type).label, value: settingWords(type, values[name]) }));
}
