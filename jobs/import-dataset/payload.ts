/** What an import is told: the dataset's row, and where its files are. */
import { z } from "zod";
import { chosenColumns, importFiles } from "@/lib/datasets/import-files";

export const importDatasetPayload = z.object({
  datasetId: z.uuid(),
  source: importFiles,
  columns: chosenColumns.optional(),
  /** Says that the operator has asked for it on the command line; see lib/platform/server-files/operator-grant.ts. */
  operatorGrant: z.string().optional(),
});
