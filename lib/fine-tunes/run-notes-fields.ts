/** What people write about a run: tags and notes. For the server, and in the browser's form. */
import { z } from "zod";

export const runNotes = z.object({
  fineTuneId: z.uuid(),
  /** In lower case, each once, in the order of the alphabet. */
  tags: z
    .array(
      z
        .string()
        .trim()
        .normalize()
        .toLowerCase()
        .min(1)
        .max(40, "A tag has at most 40 characters.")
        .regex(/^[^\p{Cc},]*$/u, "A tag is one line without commas."),
    )
    .max(20, "At most 20 tags.")
    .transform((tags) => [...new Set(tags)].sort()),
  notes: z.string().trim().max(10_000, "At most 10,000 characters."),
});

export const runArchiving = z.object({ fineTuneId: z.uuid(), isArchived: z.boolean() });
