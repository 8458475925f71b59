/** What forms ask for to change a dataset, as the server reads it and as the browser holds it. */
import { z } from "zod";

const captionText = z.string().trim().min(1, "Write a caption.").max(5000, "At most 5,000 characters.");
/** No form has more than a page of images. */
const ids = z.array(z.uuid()).max(1000).optional();

export const revisionInput = z.object({
  datasetId: z.uuid(),
  reason: z.string().trim().max(500, "At most 500 characters.").default(""),
  changes: z.object({
    edited: z
      .array(z.object({ captionId: z.uuid(), text: captionText }))
      .max(1000)
      .optional(),
    added: z
      .array(z.object({ imageId: z.uuid(), text: captionText }))
      .max(1000)
      .optional(),
    removed: ids,
    excluded: ids,
    restored: ids,
    training: ids,
    heldOut: ids,
  }),
});

export const restorationInput = z.object({
  datasetId: z.uuid(),
  /** An earlier one. */
  revision: z.number().int("Whole numbers only.").min(1, "The first revision is 1."),
});

export const splitInput = z
  .object({
    datasetId: z.uuid(),
    by: z.enum(["share", "list"]).default("share"),
    /** Of the images that are not excluded. */
    heldOutShare: z.number("Enter a number.").min(0, "At least 0.").max(1, "At most 100.").default(0.1),
    /** The same seed and images give the same split, whatever else the installation has. */
    seed: z.number("Enter a number.").int("Whole numbers only.").min(0).max(2_147_483_647).default(0),
    /** The images that are held out: a file name or stem per line. */
    list: z.string().max(10_000_000, "At most 10 million characters.").default(""),
  })
  .refine(({ by, list }) => by === "share" || list.trim() !== "", {
    path: ["list"],
    message: "Write the names of the images, one per line.",
  });
