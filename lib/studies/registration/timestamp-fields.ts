/** The input for attaching a timestamp. */
import { z } from "zod";

/** Authorities' replies with their certificates are 1 to 10 kB. */
export const largestReplyBytes = 64 * 1024;

export const timestampAttachment = z.object({
  studyId: z.uuid(),
  /** Bytes of the RFC 3161 reply (.tsr) in base64. */
  reply: z
    .base64("The file cannot be read.")
    .min(1, "The file is empty.")
    .max(Math.ceil(largestReplyBytes / 3) * 4, "The file is too large for a timestamp reply."),
});
