/** Reads a fine-tune's settings file. */
import { readDocument } from "@/lib/settings-files/read-document";
import { contradictionsOf } from "./file-contradictions";
import { type SettingsFile, settingsFile } from "./settings-file";
import { upgradeSettings } from "./upgrade-settings";

/**
 * @param name of the file, for messages
 * @param instead what replaces the file's own: it may put a contradiction right, or make one
 * @returns what the file says, without what replaces it
 * @throws SemblanceError as readDocument
 */
export function readSettingsFile(
  text: string,
  name: string,
  instead: Pick<SettingsFile, "start"> & { readonly settings?: SettingsFile["settings"] } = {},
): SettingsFile {
  const { settings, ...others } = instead;
  return readDocument<SettingsFile>(text, name, {
    schema: settingsFile,
    sections: ["settings", "evaluation"],
    upgrade: upgradeSettings,
    contradictions: (file) =>
      contradictionsOf({ ...file, ...others, settings: { ...file.settings, ...settings } }),
  });
}
