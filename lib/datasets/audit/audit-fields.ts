/** What an audit's forms ask for. */
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { auditNetworkNames } from "./contradictions";
import { longestWordLists, parseWordLists } from "./word-lists";

export const startAuditInput = z
  .object({
    datasetId: z.uuid(),
    /** Compares images with captions; null: captions are read alone. */
    network: z.enum(auditNetworkNames).nullable().default(null),
    /** Names of the attributes that images are compared by. */
    attributes: z.array(z.string()).max(20).default([]),
  })
  .refine(({ network, attributes }) => network === null || attributes.length > 0, {
    path: ["attributes"],
    message: "Choose at least one attribute, or compare no images.",
  });

export const saveWordListsInput = z.object({
  datasetId: z.uuid(),
  text: z
    .string()
    .max(longestWordLists, `At most ${longestWordLists} characters.`)
    .superRefine((text, context) => {
      try {
        parseWordLists(text);
      } catch (error) {
        if (!(error instanceof SemblanceError)) throw error;
        context.addIssue({ code: "custom", message: `${error.message} ${error.remedy ?? ""}`.trim() });
      }
    }),
});

/** A caption of a dataset that contradicts its image by an attribute. */
export const contradictionInput = z.object({
  datasetId: z.uuid(),
  captionId: z.uuid(),
  attribute: z.string().min(1),
});
