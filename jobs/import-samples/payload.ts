/** What an import of samples is told: the set's row, where the files are, and how they are matched. */
import { z } from "zod";
import { startSampleImportInput } from "@/lib/samples/import/sample-import-fields";

export const importSamplesPayload = startSampleImportInput.omit({ name: true }).extend({
  sampleSetId: z.uuid(),
  /** Says that the operator has asked for it on the command line; see lib/platform/server-files/operator-grant.ts. */
  operatorGrant: z.string().optional(),
});
