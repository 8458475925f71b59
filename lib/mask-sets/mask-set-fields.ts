/** What an import of masks asks for: as the server and the command line read it, and as the browser holds it. */
import { z } from "zod";
import { importFiles } from "@/lib/datasets/import-files";
import { nameText } from "@/lib/text/name-text";

const fields = {
  name: nameText("Give the masks a name.", 100),
  datasetId: z.uuid("Choose the dataset whose images the masks are for."),
};

export const importMasksInput = z.object({ ...fields, source: importFiles });
export type ImportMasksInput = z.output<typeof importMasksInput>;

/** The files of an upload before they have been sent. */
export const importMasksForm = z.object({
  ...fields,
  source: z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("folder"),
      path: z.string().trim().min(1, "Enter the path of a folder or an archive."),
    }),
    z.object({
      kind: z.literal("upload"),
      files: z.array(z.object({ path: z.string(), file: z.instanceof(File) })).min(1, "Choose the masks."),
    }),
  ]),
});
