/** A setting that describes itself, so that forms, pages, the command line and the docs need no lists of their own. */
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";

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
  /** The same for 1, such as "step". */
  readonly unitOfOne?: string;
  /** Of a setting with choices, the title of each. */
  readonly titles?: Readonly<Record<string, string>>;
  /** Of a setting that is a set of named entries, all that may be chosen. */
  readonly entries?: Readonly<Record<string, SettingEntry>>;
  /** What pages show instead of 0, of no, or of an empty list. */
  readonly none?: string;
};

/** One of the entries that may be chosen, and the numbers that it has, by name. */
export type SettingEntry = {
  readonly title: string;
  /** What it does, in a sentence. */
  readonly help: string;
  readonly numbers: Readonly<Record<string, EntryNumber>>;
};

export type EntryNumber = {
  readonly label: string;
  readonly unit?: string | undefined;
  readonly least: number;
  readonly most: number;
  readonly usual: number;
};

/** What values a setting takes. `choice` is one of a list of names, `switch` is yes or no, `set` has named entries. */
export type SettingKind = "number" | "choice" | "switch" | "numbers" | "texts" | "text" | "set";

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
  if (value instanceof z.ZodObject) return "set";
  if (value instanceof z.ZodArray) return value.element instanceof z.ZodNumber ? "numbers" : "texts";
  return "text";
}

/** The names that a setting may be one of; empty where it is not a choice. */
export function settingChoices(type: z.ZodType): readonly string[] {
  const value = valueType(type);
  return value instanceof z.ZodEnum ? value.options.map(String) : [];
}

/** The entries of a set, by name; empty where a setting is none. */
export function settingEntries(type: z.ZodType): Readonly<Record<string, SettingEntry>> {
  return settingText(type).entries ?? {};
}

/** A set as one line: `mirror:0.5; rotate:0.3:-10:10`, each entry with its numbers in their order. */
export function writeEntries(type: z.ZodType, value: Readonly<Record<string, unknown>>): string {
  return Object.entries(settingEntries(type))
    .filter(([name]) => value[name] !== undefined)
    .map(([name, { numbers }]) => {
      const given = value[name] as Readonly<Record<string, number>>;
      return [name, ...Object.keys(numbers).map((number) => given[number])].join(":");
    })
    .join("; ");
}

/**
 * What `writeEntries` writes, before it is checked by the schema. Numbers at the end may be left out: the usual ones count.
 *
 * @throws SemblanceError `invalid_input` for a name that there is not, or too many numbers
 */
export function readEntries(type: z.ZodType, text: string): Record<string, Record<string, number>> {
  const entries = settingEntries(type);
  const parts = text.split(";").map((part) => part.trim());
  const read = parts.filter((part) => part !== "").map((part) => readEntry(part, entries));
  return Object.fromEntries(read);
}

function readEntry(
  part: string,
  entries: Readonly<Record<string, SettingEntry>>,
): readonly [string, Record<string, number>] {
  const [name = "", ...values] = part.split(":").map((word) => word.trim());
  if (!Object.hasOwn(entries, name)) {
    throw new SemblanceError("invalid_input", `There is no “${name}” to choose.`, {
      remedy: `Choose from ${Object.keys(entries).join(", ")}.`,
    });
  }
  const numbers = Object.keys(entries[name]!.numbers);
  if (values.length > numbers.length || values.some((value) => value === "" || Number.isNaN(Number(value)))) {
    throw new SemblanceError("invalid_input", `“${part}” cannot be read.`, {
      remedy: `Write ${[name, ...numbers].join(":")}, with numbers; those at the end may be left out.`,
    });
  }
  return [name, Object.fromEntries(values.map((value, at) => [numbers[at]!, Number(value)]))];
}

/** "Mirror (probability 0.5), Rotate (probability 0.3, from -10 to 10°)" */
function entryWords(entries: Readonly<Record<string, SettingEntry>>, value: object): string {
  return Object.entries(value)
    .filter(([, given]) => given !== undefined)
    .map(([name, given]) => {
      const { title, numbers } = entries[name]!;
      const words = Object.entries(numbers).map(([number, { label, unit }]) => {
        const amount = (given as Readonly<Record<string, number>>)[number];
        return `${label.toLowerCase()} ${amount}${unit === undefined ? "" : unit === "°" ? unit : ` ${unit}`}`;
      });
      return `${title} (${words.join(", ")})`;
    })
    .join(", ");
}

/** A value as pages show it: "25 steps", "none", a choice's title. */
export function settingWords(type: z.ZodType, value: unknown): string {
  const { none, unit, unitOfOne = unit, titles, entries } = settingText(type);
  const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  const isNothing = value === 0 || value === false || value === "" || isEmpty;
  if (isNothing && none !== undefined) return none;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.join(", ");
  if (entries !== undefined && typeof value === "object" && value !== null) return entryWords(entries, value);
  const words = titles?.[String(value)] ?? String(value);
  return unit === undefined ? words : `${words} ${value === 1 ? unitOfOne : unit}`;
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
