/** What there is to see of a typed caption so far. */
import { z } from "zod";

export const drawCaptionResult = z.object({
  /** Of the newest image, a guess until the job has ended; null before the first. */
  imageSha256: z.string().length(64).nullable(),
  /** Words of the caption that the base model was never taught. */
  untaughtWords: z.array(z.string()),
});
