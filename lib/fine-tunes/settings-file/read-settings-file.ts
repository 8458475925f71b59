/** Reads a settings file, and says of everything that is wrong with it where it is and what to do. */
import type { z } from "zod";
import { settingChoices, settingKind, valueType } from "@/lib/diffusion/settings/setting";
import { SemblanceError } from "@/lib/errors";
import { fieldMessage } from "@/lib/platform/accounts/field-errors";
import { nearestName } from "@/lib/text/nearest-name";
import { contradictionsOf } from "./file-contradictions";
import { readSettingsDocument } from "./settings-document";
import { type SettingsFile, settingsFile, settingsFileVersion } from "./settings-file";
import { upgradeSettings } from "./upgrade-settings";

/** Faults that one message lists. */
const mostFaults = 20;

/**
 * @param name of the file, for messages
 * @param instead what replaces the file's own: it may put a contradiction right, or make one
 * @returns what the file says, without what replaces it
 * @throws SemblanceError `invalid_input` that names every unknown, impossible or contradicting setting with its line;
 *   `unsupported_file` for a file of a later version; as readSettingsDocument
 */
export function readSettingsFile(
  text: string,
  name: string,
  instead: Pick<SettingsFile, "start"> & { readonly settings?: SettingsFile["settings"] } = {},
): SettingsFile {
  const document = readSettingsDocument(text, name);
  checkVersion(document.value, name);
  const { value, place } = upgradeSettings(document.value);
  const parsed = settingsFile.safeParse(value, { error: fieldMessage });
  const faults: { path: readonly PropertyKey[]; text: string }[] = parsed.success
    ? contradictionsOf(replaced(parsed.data as SettingsFile, instead))
    : parsed.error.issues.flatMap((issue) => describe(issue, value));
  if (faults.length > 0) {
    const lines = faults
      .map(({ path, text }) => ({ line: document.lineOf(place(path)), text }))
      .sort((a, b) => a.line - b.line)
      .map(({ line, text }) => `${name}, line ${line}: ${text}`);
    const more = lines.length > mostFaults ? [`There are ${lines.length - mostFaults} more.`] : [];
    throw new SemblanceError("invalid_input", [...lines.slice(0, mostFaults), ...more].join("\n"), {
      remedy: "Correct these lines. docs/reference/options.md lists all options.",
      details: { field: "file" },
    });
  }
  return parsed.data as SettingsFile;
}

function replaced(
  file: SettingsFile,
  { settings, ...others }: Pick<SettingsFile, "start"> & { readonly settings?: SettingsFile["settings"] },
): SettingsFile {
  return { ...file, ...others, settings: { ...file.settings, ...settings } };
}

function checkVersion({ version, semblance }: Readonly<Record<string, unknown>>, name: string): void {
  if (version === undefined) return;
  if (typeof version !== "number" || !Number.isInteger(version) || version < 0) {
    throw new SemblanceError("invalid_input", `${name}: its version must be a whole number.`, {
      remedy: `This Semblance writes “version: ${settingsFileVersion}”.`,
    });
  }
  if (version <= settingsFileVersion) return;
  const writer =
    typeof semblance === "string" ? ` It was written by Semblance ${semblance.slice(0, 40)}.` : "";
  throw new SemblanceError(
    "unsupported_file",
    `${name} is a settings file of version ${version}. This Semblance reads versions up to ${settingsFileVersion}.${writer}`,
    { remedy: "Update Semblance, or write the settings again with this version." },
  );
}

type Issue = z.core.$ZodIssue;

function describe(issue: Issue, document: unknown): { path: readonly PropertyKey[]; text: string }[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...issue.path, key], text: unknownName(key, issue.path) }));
  }
  const { path } = issue;
  const what = path.map(String).join(".") || "the file";
  const type = schemaAt(path);
  const given = path.reduce<unknown>(
    (value, step) => (value as Record<PropertyKey, unknown> | undefined)?.[step],
    document,
  );
  const shown = given === undefined ? "" : ` It is ${JSON.stringify(given)?.slice(0, 60)}.`;
  return [{ path, text: `${what}: ${wanted(type) ?? issue.message}${shown}` }];
}

/** What a setting must be, where the schema's message is made for a form. */
function wanted(type: z.ZodType | null): string | null {
  if (type === null) return null;
  const kind = settingKind(type);
  if (kind === "switch") return "Write true or false.";
  if (kind === "choice") return `Write one of ${settingChoices(type).join(", ")}.`;
  return null;
}

function unknownName(name: string, path: readonly PropertyKey[]): string {
  const shown = `“${name.slice(0, 60)}”`;
  const known = namesAt(path);
  const elsewhere = ["settings", "evaluation"].find(
    (section) => String(path[0]) !== section && namesAt([section]).includes(name),
  );
  if (elsewhere) return `${shown} belongs under “${elsewhere}”.`;
  const nearest = nearestName(name, known);
  const what = path[0] === "settings" ? "There is no setting" : "A settings file has no entry";
  return `${what} ${shown}.${nearest === null ? "" : ` The nearest is “${nearest}”.`}`;
}

function namesAt(path: readonly PropertyKey[]): string[] {
  return Object.keys((schemaAt(path) as { shape?: object } | null)?.shape ?? {});
}

/** The schema of what is at a path; null for what has none. */
function schemaAt(path: readonly PropertyKey[]): z.ZodType | null {
  let type: z.ZodType | undefined = settingsFile;
  for (const step of path) {
    const value = valueType(type) as { shape?: Record<string, z.ZodType>; element?: z.ZodType };
    type = value.shape?.[String(step)] ?? (typeof step === "number" ? value.element : undefined);
    if (type === undefined) return null;
  }
  return valueType(type);
}
