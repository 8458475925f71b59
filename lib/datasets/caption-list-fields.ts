/** What a list of captions without images asks for: as the server reads it, and as the browser holds it. */
import { z } from "zod";
import { nameText } from "../text/name-text";
import { captionLanguage } from "./language-tag";

export const captionListInput = z.object({
  name: nameText("Give the dataset a name.", 100),
  captionLanguage,
  /** Name of the file that the text is from; its ending says the format. */
  file: z.string().default("captions.txt"),
  text: z
    .string()
    .max(5_000_000, "At most 5 million characters.")
    // Not trimmed: a tab at the end of a table is an empty cell.
    .refine((text) => text.trim() !== "", "Write the captions, one per line."),
});
