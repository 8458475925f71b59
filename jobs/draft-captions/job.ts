/** Has an image-to-text model draft a caption for every image of a desk. */
import type { JobDefinition } from "@/lib/platform/jobs/job-definition";
import { draftCaptionsPayload } from "./payload";
import { captioningDesk } from "./subject";
import { draftCaptionsWords } from "./words";

export const draftCaptionsJob = {
  kind: "draft-captions",
  queue: "engine",
  priority: 0,
  payload: draftCaptionsPayload,
  words: draftCaptionsWords,
  subject: captioningDesk,
} as const satisfies JobDefinition;
