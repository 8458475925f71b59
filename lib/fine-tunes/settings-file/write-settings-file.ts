/** Writes a fine-tune's settings as a file. */
import { type FineTuneSettings, fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { type SettingsFileFormat, writeDocument } from "@/lib/settings-files/write-document";
import type { SettingsFile } from "./settings-file";

/** @returns the text of the file, which readSettingsFile reads as the same settings */
export function writeSettingsFile(
  file: SettingsFile & { readonly settings: FineTuneSettings },
  format: SettingsFileFormat,
): string {
  const { preset, ...options } = file.settings;
  // The size of a model that exists is its own.
  const content = { ...file, settings: file.start ? options : { preset, ...options } };
  return writeDocument(content, format, {
    title: "Settings of a fine-tune of Semblance. To start it: npx semblance fine-tune --settings FILE",
    section: "settings",
    types: fineTuneSettings.shape,
  });
}
