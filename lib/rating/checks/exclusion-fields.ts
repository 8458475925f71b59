/** The input for excluding a rater. */
import { z } from "zod";

export const exclusion = z.object({
  raterId: z.uuid(),
  /** In the words of who excludes; kept with the rater and in the audit log. */
  reason: z.string().trim().min(1, "Give a reason.").max(200, "At most 200 characters."),
});
