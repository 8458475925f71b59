/** Turns the fields of a settings schema into options of a verb, and the options back into settings. */
import type { Command } from "cac";
import type { z } from "zod";
import { readEntries, settingChoices, settingKind, settingText } from "@/lib/diffusion/settings/setting";
import { SemblanceError } from "@/lib/errors";

/** Every field is made with `setting`. */
type Settings = z.ZodObject<Record<string, z.ZodType>>;

/** The names of fields whose option is called otherwise, such as {previewCaptions: "previewCaption"}. */
type OptionNames = Readonly<Record<string, string>>;

/** Of the verbs train and sample, which are typed by hand more often than the platform's. */
export const trainOptionNames: OptionNames = { previewCaptions: "previewCaption" };
export const sampleOptionNames: OptionNames = { samplesPerCaption: "samples", firstSeed: "seed" };

/** "batchSize" → "batch-size". */
export const toOption = (field: string) => field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Adds an option for every field: its description, the values it may take, its default. */
export function addSettingOptions(command: Command, settings: Settings, names: OptionNames = {}): void {
  const defaults = settings.parse({}) as Record<string, unknown>;
  for (const [field, type] of Object.entries(settings.shape)) {
    const initial = defaults[field];
    const option = `--${toOption(names[field] ?? field)}`;
    const { description } = settingText(type);
    const kind = settingKind(type);
    if (kind === "switch") {
      command.option(option, description);
      command.option(option.replace("--", "--no-"), `Not ${option} (default)`);
    } else if (kind === "numbers" || kind === "texts" || kind === "set")
      command.option(`${option} <list>`, description, { type: [String] });
    else {
      const values = settingChoices(type);
      const choice = values.length > 0 ? `: ${values.slice(0, -1).join(", ")} or ${values.at(-1)}` : "";
      const placeholder = kind === "number" ? "n" : "name";
      const usual = initial === undefined || initial === "" ? "" : ` (default: ${initial})`;
      command.option(`${option} <${placeholder}>`, `${description}${choice}${usual}`);
    }
  }
}

/** @throws SemblanceError `invalid_input` naming every option that is out of range */
export function readSettingOptions<Schema extends Settings>(
  schema: Schema,
  options: Readonly<Record<string, unknown>>,
  names: OptionNames = {},
): z.output<Schema> {
  return parseSettings(schema, givenSettings(schema, options, names), names);
}

/** The settings that were given as options, not checked yet. */
export function givenSettings(
  schema: Settings,
  options: Readonly<Record<string, unknown>>,
  names: OptionNames = {},
): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const [field, type] of Object.entries(schema.shape)) {
    const value = options[names[field] ?? field];
    if (value === undefined) continue;
    const kind = settingKind(type);
    if (kind === "set") given[field] = isText(value) ? readEntries(type, [value].flat().join(";")) : value;
    else if (kind === "numbers" || kind === "texts") given[field] = toList(value, kind);
    else given[field] = kind === "number" || kind === "switch" ? value : String(value);
  }
  return given;
}

/** @throws SemblanceError `invalid_input` naming every option that is out of range */
export function parseSettings<Schema extends Settings>(
  schema: Schema,
  given: Readonly<Record<string, unknown>>,
  names: OptionNames = {},
): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => {
    const [field, ...within] = path.map(String) as [string, ...string[]];
    return [`--${toOption(names[field] ?? field)}`, ...within, message].join(": ");
  });
  throw new SemblanceError("invalid_input", faults.join("\n"), {
    remedy: "--help shows the command's options.",
  });
}

/** As it is typed, once or several times; other callers have a set's value itself. */
const isText = (value: unknown) => [value].flat().every((part) => typeof part !== "object");

/** "5,10" is a list of numbers; captions, which have commas in them, are separated by semicolons. */
function toList(value: unknown, kind: "numbers" | "texts"): unknown[] {
  const items = [value]
    .flat()
    .flatMap((text) => String(text).split(kind === "numbers" ? "," : ";"))
    .map((item) => item.trim())
    .filter((item) => item !== "");
  return kind === "numbers" ? items.map(Number) : items;
}
