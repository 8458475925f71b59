/** What the job that draws a sample set is told. */
import { z } from "zod";

export const samplePayload = z.object({ sampleSetId: z.uuid() });
