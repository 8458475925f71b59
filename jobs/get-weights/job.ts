/** Downloads the weights of a network. */
import type { JobDefinition } from "@/lib/platform/jobs/job-definition";
import { getWeightsPayload } from "./payload";
import { downloadedWeights } from "./subject";
import { getWeightsWords } from "./words";

export const getWeightsJob = {
  kind: "get-weights",
  queue: "download",
  priority: 0,
  payload: getWeightsPayload,
  words: getWeightsWords,
  subject: downloadedWeights,
} as const satisfies JobDefinition;
