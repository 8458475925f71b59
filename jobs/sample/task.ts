/** Sampling in the engine process. */
import { addressOf, type EngineTask } from "@/lib/platform/engine-process/engine-task";
import type { SampleEvent, SampleInput, SampleResult } from "./engine";

export const sampleTask: EngineTask<SampleInput, SampleEvent, SampleResult> = {
  module: addressOf<typeof import("./engine")>(new URL("./engine.ts", import.meta.url)),
  isKept: ({ type }) => type === "image",
  holdsWork: () => undefined,
  remaining(input, kept) {
    const drawn = new Set(
      kept.flatMap((event) => (event.type === "image" ? [`${event.captionId} ${event.seed}`] : [])),
    );
    const requests = input.requests.filter(({ captionId, seed }) => !drawn.has(`${captionId} ${seed}`));
    return { ...input, requests };
  },
  leaves: "The images drawn so far are kept.",
  savesMemory: "Use a smaller model, close other programs, or use a machine with more memory.",
};
