/** Writes a fine-tune's settings as a file, with what each option means beside it. */
import { Document, type Pair, type Scalar, visit, type YAMLMap } from "yaml";
import { settingChoices, settingText } from "@/lib/diffusion/settings/setting";
import { type FineTuneSettings, fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { SemblanceError } from "@/lib/errors";
import { softwareVersion } from "@/lib/platform/server/software-version";
import { type SettingsFile, settingsFileVersion } from "./settings-file";

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

/** @returns the text of the file, which readSettingsFile reads as the same settings */
export function writeSettingsFile(
  file: SettingsFile & { readonly settings: FineTuneSettings },
  format: SettingsFileFormat,
): string {
  const { preset, ...options } = file.settings;
  const value = {
    version: settingsFileVersion,
    semblance: softwareVersion,
    ...file,
    // The size of a model that exists is its own.
    settings: file.start ? options : { preset, ...options },
  };
  if (format === "json") return `${JSON.stringify(value, null, 2)}\n`;
  // “off” and the like are quoted, which other readers of YAML take for truth values.
  const document = new Document(value, { compat: "yaml-1.1", aliasDuplicateObjects: false });
  document.commentBefore =
    " Settings of a fine-tune of Semblance. To start it: npx semblance fine-tune --settings FILE";
  describeOptions(document.get("settings") as YAMLMap);
  return document.toString({ lineWidth: 0 });
}

function describeOptions(settings: YAMLMap): void {
  visit(settings, {
    Pair(_, pair) {
      const { key } = pair as Pair<Scalar>;
      const type = fineTuneSettings.shape[key.value as keyof FineTuneSettings];
      if (!type) return visit.SKIP;
      const choices = settingChoices(type);
      const { description } = settingText(type);
      key.commentBefore = ` ${description}${choices.length === 0 ? "" : `: ${choices.join(", ")}`}`;
      return visit.SKIP;
    },
  });
}
