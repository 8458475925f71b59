/** Training in the engine process. The run's folder says where to continue. */
import type { RunRequest } from "@/lib/diffusion/training/run-requests";
import { addressOf, type EngineTask } from "@/lib/platform/engine-process/engine-task";
import type { TrainEvent, TrainInput, TrainResult } from "./engine";

const isState = (event: TrainEvent) => event.type === "checkpoint" && event.kind === "resume";

/** A driver that ends the process twice without progress in between is not given another try. */
const cardDeaths = 2;

function withoutCard(input: TrainInput): TrainInput {
  const { provider, settings } = input;
  if (provider === "cpu" || settings.whenCardFails === "stop") return input;
  const providerRefusal = `${provider} is no longer used: its process ended ${cardDeaths} times without progress`;
  return { ...input, provider: "cpu", providerRefusal };
}

export const trainTask: EngineTask<TrainInput, TrainEvent, TrainResult, RunRequest> = {
  module: addressOf<typeof import("./engine")>(new URL("./engine.ts", import.meta.url)),
  isKept: isState,
  holdsWork: (event) => (event.type === "loss" ? true : isState(event) ? false : undefined),
  remaining: (input, _kept, deaths) => (deaths < cardDeaths ? input : withoutCard(input)),
  leaves: "The run's last saved state is kept, and the run can be resumed from it.",
  savesMemory:
    "Choose a smaller batch size (with gradient accumulation), turn recomputation on, or train low-rank adapters (LoRA). Otherwise close other programs, or use a machine with more memory.",
};
