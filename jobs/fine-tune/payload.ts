/** What the job of a fine-tune is told. */
import { z } from "zod";

export const fineTunePayload = z.object({ fineTuneId: z.uuid() });
