/** What the trial of a run is told: the run as it would be started now. */
import { z } from "zod";
import { imageSources } from "@/lib/fine-tunes/image-sources";
import { trialledRun } from "@/lib/fine-tunes/run-estimate";

export const estimateRunPayload = z.object({
  /** See trialKey. */
  key: z.string(),
  run: trialledRun.extend({
    name: z.string(),
    datasetRevision: z.number().int(),
    wordListVersion: z.number().int(),
    imageSources,
  }),
});
