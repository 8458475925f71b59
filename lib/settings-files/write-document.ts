/** Writes a settings file of any kind, with what each option means beside it. */
import { Document, type Pair, type Scalar, visit, type YAMLMap } from "yaml";
import type { z } from "zod";
import { settingChoices, settingText } from "@/lib/diffusion/settings/setting";
import { SemblanceError } from "@/lib/errors";
import { softwareVersion } from "@/lib/platform/server/software-version";
import { settingsFileVersion } from "./read-document";

export const settingsFileFormats = ["yaml", "json"] as const;
export type SettingsFileFormat = (typeof settingsFileFormats)[number];

/** @throws SemblanceError `invalid_input` for a name that ends with neither */
export function formatOfFile(path: string): SettingsFileFormat {
  if (/\.ya?ml$/i.test(path)) return "yaml";
  if (/\.json$/i.test(path)) return "json";
  throw new SemblanceError("invalid_input", `“${path}” does not say how the settings are to be written.`, {
    remedy: "Let the name end with .yaml or .json.",
  });
}

/**
 * @param described.title the first line of a file in YAML
 * @param described.section the entry whose settings are described by `described.types`
 * @returns the text of the file, which readDocument reads as the same values
 */
export function writeDocument(
  content: Readonly<Record<string, unknown>>,
  format: SettingsFileFormat,
  described: {
    readonly title: string;
    readonly section: string;
    readonly types: Readonly<Record<string, z.ZodType>>;
  },
): string {
  const value = { version: settingsFileVersion, semblance: softwareVersion, ...content };
  if (format === "json") return `${JSON.stringify(value, null, 2)}\n`;
  // “off” and the like are quoted, which other readers of YAML take for truth values.
  const document = new Document(value, { compat: "yaml-1.1", aliasDuplicateObjects: false });
  document.commentBefore = ` ${described.title}`;
  describeOptions(document.get(described.section) as YAMLMap, described.types);
  return document.toString({ lineWidth: 0 });
}

function describeOptions(settings: YAMLMap, types: Readonly<Record<string, z.ZodType>>): void {
  visit(settings, {
    Pair(_, pair) {
      const { key } = pair as Pair<Scalar>;
      const type = types[String(key.value)];
      if (!type) return visit.SKIP;
      const choices = settingChoices(type);
      const { description } = settingText(type);
      key.commentBefore = ` ${description}${choices.length === 0 ? "" : `: ${choices.join(", ")}`}`;
      return visit.SKIP;
    },
  });
}
