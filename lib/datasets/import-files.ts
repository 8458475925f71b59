/** Where the files of an import are: in a folder of the server, or in the blob store, where they were uploaded to. */
import { z } from "zod";

export const importFiles = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("folder"), path: z.string().min(1) }),
  z.object({
    kind: z.literal("upload"),
    files: z.array(z.object({ name: z.string().min(1), sha256: z.string().length(64) })).min(1),
  }),
]);

/** See ChosenColumns. */
export const chosenColumns = z.object({
  image: z.string().trim().min(1).optional(),
  captions: z.array(z.string().trim().min(1)).min(1).optional(),
  categories: z
    .array(
      z
        .string()
        .trim()
        .min(1)
        .refine((name) => !name.includes("="), "Columns of categories have no “=” in their names."),
    )
    .min(1)
    .optional(),
});

export type ImportFiles = z.infer<typeof importFiles>;
