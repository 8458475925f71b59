/** Drafting in the engine process. Every draft is stored as soon as it is there. */
import { addressOf, type EngineTask } from "@/lib/platform/engine-process/engine-task";
import type { DraftEvent, DraftInput, DraftResult } from "./engine";

export const draftCaptionsTask: EngineTask<DraftInput, DraftEvent, DraftResult> = {
  module: addressOf<typeof import("./engine")>(new URL("./engine.ts", import.meta.url)),
  isKept: () => true,
  holdsWork: () => false,
  remaining: (input, kept) => {
    const done = new Set(kept.map(({ id }) => id));
    return { ...input, images: input.images.filter(({ id }) => !done.has(id)) };
  },
  leaves: "The drafts so far are kept.",
  savesMemory: "Use a smaller model, or a machine with more memory.",
};
