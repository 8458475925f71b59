/** Reads a settings file of any kind, and says of everything that is wrong with it where it is and what to do. */
import type { z } from "zod";
import { settingChoices, settingKind, valueType } from "@/lib/diffusion/settings/setting";
import { SemblanceError } from "@/lib/errors";
import { fieldMessage } from "@/lib/platform/accounts/field-errors";
import { nearestName } from "@/lib/text/nearest-name";
import { readSettingsDocument } from "./settings-document";

/** Faults that one message lists. */
const mostFaults = 20;

export type FileFault = { readonly path: readonly PropertyKey[]; readonly text: string };

/** Goes up when an earlier Semblance would misread a file; a new option is no reason. */
export const settingsFileVersion = 1;

export type FileKind<File> = {
  /** Strict, with `version`; what it makes of a file is a File. */
  readonly schema: z.ZodType;
  /** Its entries that hold settings by name; the first holds the options of the reference. */
  readonly sections: readonly [string, ...string[]];
  /** Makes what an earlier Semblance wrote into what this one reads. */
  readonly upgrade: (document: Readonly<Record<string, unknown>>) => {
    readonly value: Readonly<Record<string, unknown>>;
    /** Where a path of the value is in the file as it was written. */
    readonly place: (path: readonly PropertyKey[]) => readonly PropertyKey[];
  };
  /** What of values that are possible each by itself makes no sense together. */
  readonly contradictions: (file: File) => readonly FileFault[];
};

/**
 * @param name of the file, for messages
 * @throws SemblanceError `invalid_input` that names every unknown, impossible or contradicting setting with its line;
 *   `unsupported_file` for a file of a later version; as readSettingsDocument
 */
export function readDocument<File>(text: string, name: string, kind: FileKind<File>): File {
  const document = readSettingsDocument(text, name);
  checkVersion(document.value, name);
  const { value, place } = kind.upgrade(document.value);
  const parsed = kind.schema.safeParse(value, { error: fieldMessage });
  const faults: readonly FileFault[] = parsed.success
    ? kind.contradictions(parsed.data as File)
    : parsed.error.issues.flatMap((issue) => describe(issue, value, kind));
  if (!parsed.success || faults.length > 0) {
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
  return parsed.data as File;
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

type Shapes = Pick<FileKind<never>, "schema" | "sections">;

function describe(issue: z.core.$ZodIssue, document: unknown, kind: Shapes): FileFault[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      text: unknownName(key, issue.path, kind),
    }));
  }
  const { path } = issue;
  const what = path.map(String).join(".") || "the file";
  const type = schemaAt(kind.schema, path);
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

function unknownName(name: string, path: readonly PropertyKey[], { schema, sections }: Shapes): string {
  const shown = `“${name.slice(0, 60)}”`;
  const namesAt = (place: readonly PropertyKey[]) =>
    Object.keys((schemaAt(schema, place) as { shape?: object } | null)?.shape ?? {});
  const elsewhere = sections.find(
    (section) => String(path[0]) !== section && namesAt([section]).includes(name),
  );
  if (elsewhere) return `${shown} belongs under “${elsewhere}”.`;
  const nearest = nearestName(name, namesAt(path));
  const what = path[0] === sections[0] ? "There is no setting" : "A settings file has no entry";
  return `${what} ${shown}.${nearest === null ? "" : ` The nearest is “${nearest}”.`}`;
}

/** The schema of what is at a path; null for what has none. */
function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | null {
  let type: z.ZodType | undefined = schema;
  for (const step of path) {
    const value = valueType(type) as { shape?: Record<string, z.ZodType>; element?: z.ZodType };
    type = value.shape?.[String(step)] ?? (typeof step === "number" ? value.element : undefined);
    if (type === undefined) return null;
  }
  return valueType(type);
}
