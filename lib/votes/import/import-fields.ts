/** What an import of ratings is told: the file, and how its columns are read. Shared by the form and the server. */
import { z } from "zod";
import { nameText } from "@/lib/text/name-text";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "Choose the file again.");

const reading = {
  /** "caption=prompt,rater=worker", as `semblance rank --columns` reads it; empty: by the columns' names. */
  columns: z.string().trim().max(2000).default(""),
  /** "1-5"; empty: 0 to 100. */
  scale: z.string().trim().max(40).default(""),
  bothBad: z.enum(["neither", "tie"]).default("neither"),
};

const serverPath = z.string().trim().min(1, "Enter the path of a file.");

/** A table that has been uploaded, or that is on the server. */
export const ratingsSource = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("upload"), name: z.string().min(1).max(200), sha256 }),
  z.object({ kind: z.literal("path"), path: serverPath }),
]);

export const ratingsFile = z.object({ ...reading, source: ratingsSource });

export const ratingsImport = ratingsFile.extend({ name: nameText("Give the study a name.", 100) });

/** The form's values, before the file has been sent. */
export const ratingsForm = z.object({
  ...reading,
  name: nameText("Give the study a name.", 100),
  source: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("upload"), file: z.instanceof(File, { message: "Choose a file." }) }),
    z.object({ kind: z.literal("path"), path: serverPath }),
  ]),
});

export type RatingsFile = z.output<typeof ratingsFile>;
export type RatingsImport = z.output<typeof ratingsImport>;
