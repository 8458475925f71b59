/** What the form of an import asks for: as the server and the command line read it, and as the browser holds it. */
import { z } from "zod";
import { isImageName } from "@/lib/images/image-formats";
import { nameText } from "../text/name-text";
import { chosenColumns, importFiles } from "./import-files";
import { captionLanguage } from "./language-tag";
import { isContainer } from "./sources/archive-names";

const fields = {
  name: nameText("Give the dataset a name.", 100),
  description: z.string().trim().max(2000, "At most 2000 characters.").default(""),
  captionLanguage,
};

export const startImportInput = z.object({
  ...fields,
  source: importFiles,
  columns: chosenColumns.default({}),
});

export const previewImportInput = z.object({ source: importFiles, columns: chosenColumns.default({}) });

/** Whether a file alone can be a set of prompts. */
function listsPrompts(path: string): boolean {
  return /\.(txt|csv|tsv|jsonl?|ndjson)$/i.test(path);
}

/** The files of an upload before they have been sent; `path` is that within the folder they were chosen with. */
export const importForm = z.object({
  ...fields,
  /** Empty where the usual names are meant. */
  columns: z.object({ image: z.string(), caption: z.string(), categories: z.array(z.string()) }),
  source: z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("folder"),
      path: z.string().trim().min(1, "Enter the path of a folder or an archive."),
    }),
    z.object({
      kind: z.literal("upload"),
      files: z
        .array(z.object({ path: z.string(), file: z.instanceof(File) }))
        .min(1, "Choose the images and their captions.")
        .refine(
          (files) =>
            files.length === 0 ||
            files.some(({ path }) => isImageName(path) || isContainer(path) || listsPrompts(path)),
          {
            message: "None of the files is an image, an archive, or a list of prompts.",
          },
        ),
    }),
  ]),
});
