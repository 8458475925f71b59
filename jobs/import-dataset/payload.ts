/** What an import is told: the dataset's row, and where its files lie. */
import { z } from "zod";
import { importFiles } from "@/lib/datasets/import-files";

export const importDatasetPayload = z.object({ datasetId: z.uuid(), source: importFiles });
