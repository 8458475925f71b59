/** The files that an export has made: the model first, then its card where that is not inside. */
import { z } from "zod";

export const exportModelResult = z.object({
  files: z.array(
    z.object({
      name: z.string(),
      bytes: z.number().int(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});
