/** The input for showing captions as tokens. */
import { z } from "zod";

/** As many as are shown at once. */
export const mostCaptions = 64;

/** A caption of GLIDE's 128 tokens has about 600 characters. */
export const captionTokensInput = z.object({
  captions: z.array(z.string().max(4000, "At most 4,000 characters.")).max(mostCaptions),
});
