/** Turns the fields of a settings schema into options of a verb, and the options back into settings. */
import type { Command } from "cac";
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";

/** Every field has a default and, as its help, a description. */
type Settings = z.ZodObject<Record<string, z.ZodType>>;

/** The names of fields whose option is called otherwise, such as {previewCaptions: "previewCaption"}. */
type OptionNames = Readonly<Record<string, string>>;

/** Of the verbs train and sample, which are typed by hand more often than the platform's. */
export const trainOptionNames: OptionNames = { previewCaptions: "previewCaption" };
export const sampleOptionNames: OptionNames = { picturesPerCaption: "pictures", firstSeed: "seed" };

const toOption = (field: string) => field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Adds an option for every field: its description, the values it may take, its default. */
export function addSettingOptions(command: Command, settings: Settings, names: OptionNames = {}): void {
  const defaults = settings.parse({}) as Record<string, unknown>;
  for (const [field, type] of Object.entries(settings.shape)) {
    const initial = defaults[field];
    const option = `--${toOption(names[field] ?? field)}`;
    const help = type.description ?? "";
    if (initial === false) command.option(option, help);
    else if (Array.isArray(initial)) command.option(`${option} <list>`, help, { type: [String] });
    else {
      const values = choicesOf(type);
      const choice = values.length > 0 ? `: ${values.slice(0, -1).join(", ")} or ${values.at(-1)}` : "";
      const placeholder = typeof initial === "number" ? "n" : "name";
      command.option(`${option} <${placeholder}>`, `${help}${choice} (default: ${initial})`);
    }
  }
}

function choicesOf(type: z.ZodType): readonly (string | number)[] {
  const inner = type instanceof z.ZodDefault ? type.unwrap() : type;
  return inner instanceof z.ZodEnum ? inner.options : [];
}

/** @throws SemblanceError `invalid_input` naming every option that is out of range */
export function readSettingOptions<Schema extends Settings>(
  schema: Schema,
  options: Readonly<Record<string, unknown>>,
  names: OptionNames = {},
): z.output<Schema> {
  const defaults = schema.parse({}) as Record<string, unknown>;
  const given: Record<string, unknown> = {};
  for (const field of Object.keys(schema.shape)) {
    const value = options[names[field] ?? field];
    if (value === undefined) continue;
    const initial = defaults[field];
    if (Array.isArray(initial)) given[field] = toList(value, schema.shape[field]!);
    else given[field] = typeof initial === "string" ? String(value) : value;
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => {
    const field = String(path[0]);
    return `--${toOption(names[field] ?? field)}: ${message}`;
  });
  throw new SemblanceError("invalid_input", faults.join("\n"), {
    remedy: "--help shows the verb's options.",
  });
}

/** "5,10" is a list of numbers; captions, which have commas in them, are separated by semicolons. */
function toList(value: unknown, type: z.ZodType): unknown[] {
  const texts = [value].flat().map(String);
  const list = type instanceof z.ZodDefault ? type.unwrap() : type;
  const holdsNumbers = list instanceof z.ZodArray && list.element instanceof z.ZodNumber;
  const items = texts
    .flatMap((text) => text.split(holdsNumbers ? "," : ";"))
    .map((item) => item.trim())
    .filter((item) => item !== "");
  return holdsNumbers ? items.map(Number) : items;
}
