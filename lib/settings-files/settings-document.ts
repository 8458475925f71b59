/** The YAML or JSON of a settings file as plain values, with the line of each. JSON is YAML, so one parser reads both. */
import { isMap, isPair, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { SemblanceError } from "@/lib/errors";
import { settingsFileBytes } from "./settings-file-size";

export type SettingsDocument = {
  readonly value: Readonly<Record<string, unknown>>;
  /** Where a value begins, or the name of an entry; of what is not there, where that which surrounds it begins. From 1. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
};

/**
 * @param name of the file, for messages
 * @throws SemblanceError `too_large`, or `invalid_file` for what is neither YAML nor JSON, with the line
 */
export function readSettingsDocument(text: string, name: string): SettingsDocument {
  if (Buffer.byteLength(text) > settingsFileBytes) {
    throw new SemblanceError("too_large", `${name} is larger than ${settingsFileBytes / 1024} KB.`, {
      remedy: "Settings files are short. Check that this is one.",
    });
  }
  const lines = new LineCounter();
  const document = parse(text.replace(/^\uFEFF/, ""), lines, name);
  const [fault] = document.errors;
  if (fault) {
    const { line } = lines.linePos(fault.pos[0]);
    throw unreadable(name, `line ${line}: ${fault.message.replace(/\.?$/, ".")}`);
  }
  const value = withoutAliases(() => document.toJS({ maxAliasCount: 0 }) as unknown, name);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw unreadable(name, "It has no list of names and values.");
  }
  const lineOf = (path: readonly PropertyKey[]) => lines.linePos(offsetOf(document.contents, path)).line;
  return { value: value as Record<string, unknown>, lineOf };
}

function unreadable(name: string, message: string): SemblanceError {
  return new SemblanceError("invalid_file", `${name} cannot be read as settings. ${message}`, {
    remedy: "Write YAML or JSON, such as “epochs: 20” under “settings:”.",
  });
}

/** Names are text, and nothing is more than text, numbers, truth values, lists and maps: no tags, no dates. */
function parse(text: string, lineCounter: LineCounter, name: string) {
  try {
    return parseDocument(text, {
      lineCounter,
      prettyErrors: false,
      stringKeys: true,
      schema: "core",
      resolveKnownTags: false,
      logLevel: "silent",
    });
  } catch (cause) {
    // The parser calls itself for every level.
    if (!(cause instanceof RangeError)) throw cause;
    throw unreadable(name, "It is nested too deeply.");
  }
}

function withoutAliases<Value>(read: () => Value, name: string): Value {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause;
    throw unreadable(name, "References (“*name”) are not allowed: write every value out.");
  }
}

function offsetOf(contents: Node | null, path: readonly PropertyKey[]): number {
  let [node, offset] = [contents as unknown, 0];
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((each) => isPair(each) && String(each.key) === String(step));
      if (!pair) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}
