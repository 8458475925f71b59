/** Draws one caption that somebody has typed. */
import type { JobDefinition } from "@/lib/platform/jobs/job-definition";
import { drawCaptionPayload } from "./payload";
import { drawCaptionResult } from "./result";
import { captionDrawing } from "./subject";
import { drawCaptionWords } from "./words";

export const drawCaptionJob = {
  kind: "draw-caption",
  queue: "engine",
  // Somebody is looking at the page that waits for it.
  priority: 2,
  payload: drawCaptionPayload,
  result: drawCaptionResult,
  words: drawCaptionWords,
  subject: captionDrawing,
} as const satisfies JobDefinition;
