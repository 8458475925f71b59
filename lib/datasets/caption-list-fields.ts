/** What a list of captions without images asks for: as the server reads it, and as the browser holds it. */
import { z } from "zod";
import { nameText } from "../text/name-text";
import { chosenColumns } from "./import-files";
import { captionLanguage } from "./language-tag";

/** What captions that were typed are called as a file: one per line. */
export const typedCaptions = "captions.txt";

/** A form sends at most a mebibyte, in which some characters take more than in a file. */
export const longestCaptionFileBytes = 700_000;

export const captionListInput = z.object({
  name: nameText("Give the dataset a name.", 100),
  captionLanguage,
  /** Name of the file that the text is from; its ending says the format. */
  file: z.string().max(300).default(typedCaptions),
  text: z
    .string()
    .max(5_000_000, "At most 5 million characters.")
    // Not trimmed: a tab at the end of a table is an empty cell.
    .refine((text) => text.trim() !== "", "Write the captions, one per line."),
  columns: chosenColumns.default({}),
  /** A skills file of the same prompts; see prompt-skills.ts. */
  skills: z
    .object({ file: z.string().max(300), text: z.string().max(5_000_000) })
    .nullable()
    .default(null),
});
