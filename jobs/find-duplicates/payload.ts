/** What a search for near duplicates is told. */
import { z } from "zod";

export const findDuplicatesPayload = z.object({ datasetId: z.uuid() });
