/** Writing a model in the engine process, whose memory goes back to the system. One that dies leaves nothing of use. */
import { addressOf, type EngineTask } from "@/lib/platform/engine-process/engine-task";
import type { ExportInput } from "./engine";

export const exportTask: EngineTask<ExportInput, never, string[]> = {
  module: addressOf<typeof import("./engine")>(new URL("./engine.ts", import.meta.url)),
  isKept: () => false,
  holdsWork: () => false,
  remaining: (input) => input,
  leaves: "Nothing of the export is kept.",
  savesMemory: "Close other programs, or use a machine with more memory.",
};
