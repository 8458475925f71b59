/** Evaluation in the engine process. Features that were computed are found in the cache. */
import { addressOf, type EngineTask } from "@/lib/platform/engine-process/engine-task";
import type { EvaluateEvent, EvaluateInput, EvaluateResult } from "./engine";

export const evaluateTask: EngineTask<EvaluateInput, EvaluateEvent, EvaluateResult> = {
  module: addressOf<typeof import("./engine")>(new URL("./engine.ts", import.meta.url)),
  isKept: () => false,
  holdsWork: () => undefined,
  remaining: (input) => input,
  leaves: "The features computed so far are kept.",
  savesMemory: "Close other programs, or use a machine with more memory.",
};
