/** The trial of a run in the engine process. It stores nothing, and is not tried a second time where its process dies. */
import type { TrialEvent } from "@/lib/diffusion/training/training-trial";
import type { TrialMeasures } from "@/lib/diffusion/training/trial-measures";
import { addressOf, type EngineTask } from "@/lib/platform/engine-process/engine-task";
import type { TrialInput } from "./engine";

export const trialTask: EngineTask<TrialInput, TrialEvent, TrialMeasures> = {
  module: addressOf<typeof import("./engine")>(new URL("./engine.ts", import.meta.url)),
  isKept: () => false,
  holdsWork: () => false,
  remaining: (input) => input,
  mostDeaths: 1,
  leaves: "Nothing was started; change the settings and try again.",
  savesMemory: "Choose settings that need less memory.",
};
