/** Makes what an earlier Semblance wrote of a fine-tune into what this one reads. */
import { settingsFileVersion } from "@/lib/settings-files/read-document";

type Document = Readonly<Record<string, unknown>>;

export type UpgradedSettings = {
  readonly value: Document;
  /** Where a path of the value is in the file as it was written. */
  readonly place: (path: readonly PropertyKey[]) => readonly PropertyKey[];
};

/** Without a version it is the list of options alone, as cards of models have it, or a file that somebody typed. */
export function upgradeSettings(document: Document): UpgradedSettings {
  const { version: _, ...content } = document;
  const isList = document.version === undefined && !("settings" in document);
  const value = isList ? { settings: content } : content;
  return {
    value: { version: settingsFileVersion, ...value },
    place: isList ? ([, ...rest]) => rest : (path) => path,
  };
}
