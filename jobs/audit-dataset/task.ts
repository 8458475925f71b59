/** Comparing images with captions in the engine process. Features that were computed are found in the cache. */
import { addressOf, type EngineTask } from "@/lib/platform/engine-process/engine-task";
import type { CompareEvent, CompareInput, CompareResult } from "./engine";

export const compareTask: EngineTask<CompareInput, CompareEvent, CompareResult> = {
  module: addressOf<typeof import("./engine")>(new URL("./engine.ts", import.meta.url)),
  isKept: () => false,
  holdsWork: () => undefined,
  remaining: (input) => input,
  leaves: "The features computed so far are kept.",
  savesMemory: "Close other programs, or use a machine with more memory.",
};
