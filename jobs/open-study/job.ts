/** Renders a study's blind images and makes its items. */
import type { JobDefinition } from "@/lib/platform/jobs/job-definition";
import { openStudyPayload } from "./payload";
import { openedStudy } from "./subject";
import { openStudyWords } from "./words";

export const openStudyJob = {
  kind: "open-study",
  queue: "import",
  priority: 0,
  payload: openStudyPayload,
  words: openStudyWords,
  subject: openedStudy,
} as const satisfies JobDefinition;
