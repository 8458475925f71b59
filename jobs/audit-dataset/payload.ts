/** What the job of an audit is told. */
import { z } from "zod";

export const auditDatasetPayload = z.object({ auditId: z.uuid() });
