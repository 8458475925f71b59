/** What an opening is told: the study, and who is named in the audit log. */
import { z } from "zod";

export const openStudyPayload = z.object({ studyId: z.uuid(), actor: z.string().min(1) });
