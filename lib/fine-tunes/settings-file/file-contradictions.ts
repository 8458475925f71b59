/** What in a settings file contradicts something else in it. */
import { findContradictions } from "@/lib/diffusion/training/contradicting-settings";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import type { FileFault } from "@/lib/settings-files/read-document";
import type { SettingsFile } from "./settings-file";

export function contradictionsOf({ settings, start, evaluation }: SettingsFile): FileFault[] {
  const faults: FileFault[] = [];
  const complete = fineTuneSettings.parse(settings);
  const context = start === undefined ? {} : { isFromScratch: start === null };
  for (const { option, message, remedy } of findContradictions(complete, context)) {
    faults.push({ path: ["settings", option], text: `${message} ${remedy}` });
  }
  if (start && settings.preset !== undefined) {
    faults.push({
      path: ["settings", "preset"],
      text: `preset is the size of a new model, but training starts from “${start.name}”. Remove preset, or set start to null.`,
    });
  }
  const late = ((evaluation?.atEpochs ?? []) as number[]).filter((epoch) => epoch > complete.epochs);
  if (late.length > 0) {
    faults.push({
      path: ["evaluation", "atEpochs"],
      text: `The run ends after ${complete.epochs} epochs, so there is no epoch ${late.join(", ")} to evaluate. Evaluate at earlier epochs, or set epochs to ${Math.max(...late)}.`,
    });
  }
  return faults;
}
