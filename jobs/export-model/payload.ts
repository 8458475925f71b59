/** What an export of a model is told. */
import { z } from "zod";
import { exportFormatNames } from "@/lib/checkpoints/export-formats";

export const exportModelPayload = z.object({
  checkpointId: z.uuid(),
  format: z.enum(exportFormatNames, `One of ${exportFormatNames.join(", ")}.`),
});
