/** What the job of an evaluation is told. */
import { z } from "zod";

export const evaluatePayload = z.object({ evaluationId: z.uuid() });
