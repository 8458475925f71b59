/** Settings of a run that contradict each other, named with the remedy. */
import { SemblanceError } from "@/lib/errors";
import type { FineTuneSettings } from "./fine-tune-settings";

type Conflict = {
  readonly setting: keyof FineTuneSettings;
  readonly message: string;
  readonly remedy: string;
};

function findConflict({
  validationEverySteps,
  validationShare,
  validationSet,
}: FineTuneSettings): Conflict | null {
  if (validationShare > 0 && validationSet !== "") {
    return {
      setting: "validationShare",
      message: `The run is to be validated on a share of its own images and on “${validationSet}”.`,
      remedy: "Choose one of them: set validationShare to 0, or leave validationSet empty.",
    };
  }
  if (validationSet !== "" && validationEverySteps === 0) {
    return {
      setting: "validationSet",
      message: `“${validationSet}” is named for validation, but the run is never validated.`,
      remedy: "Set validationEverySteps, such as to 100, or leave validationSet empty.",
    };
  }
  return null;
}

/** @throws SemblanceError `invalid_input` for the first conflict, with the form's field in `details.field` */
export function checkConflicts(settings: FineTuneSettings): void {
  const conflict = findConflict(settings);
  if (conflict === null) return;
  const { setting, message, remedy } = conflict;
  throw new SemblanceError("invalid_input", message, { remedy, details: { field: `settings.${setting}` } });
}
