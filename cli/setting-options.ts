/** Turns the fields of a settings schema into options of a verb, and the options back into settings. */
import type { Command } from "cac";
import type { z } from "zod";
import { SemblanceError } from "@/lib/errors";

type Settings = z.ZodObject<Record<string, z.ZodType>>;

const toOption = (field: string) => field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Adds an option for every field; lists are given with commas. */
export function addSettingOptions(command: Command, settings: Settings): void {
  const defaults = settings.parse({}) as Record<string, unknown>;
  for (const field of Object.keys(settings.shape)) {
    const initial = defaults[field];
    if (typeof initial === "boolean") command.option(`--${toOption(field)}`, "Off by default");
    else if (Array.isArray(initial))
      command.option(`--${toOption(field)} <list>`, "Separated by commas or semicolons");
    else command.option(`--${toOption(field)} <value>`, `Default: ${initial}`);
  }
}

/** @throws SemblanceError `invalid_input` naming every option that is out of range */
export function readSettingOptions<Schema extends Settings>(
  schema: Schema,
  options: Readonly<Record<string, unknown>>,
): z.output<Schema> {
  const defaults = schema.parse({}) as Record<string, unknown>;
  const given: Record<string, unknown> = {};
  for (const field of Object.keys(schema.shape)) {
    const value = options[field];
    if (value === undefined) continue;
    const initial = defaults[field];
    if (Array.isArray(initial)) given[field] = toList(value);
    else given[field] = typeof initial === "string" ? String(value) : value;
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `--${toOption(String(path[0]))}: ${message}`);
  throw new SemblanceError("invalid_input", faults.join("\n"), {
    remedy: "--help shows the verb's options.",
  });
}

/** "5,10" is two numbers; captions, which have commas in them, are separated by semicolons. */
function toList(value: unknown): unknown[] {
  const items = [value].flat().flatMap((item) => String(item).split(";"));
  const isNumbers = items.every((item) => /^[\d\s,]+$/.test(item));
  if (isNumbers) return items.flatMap((item) => item.split(",")).map(Number);
  return items.map((item) => item.trim()).filter((item) => item !== "");
}
