/** What an import says about single files: the ones it refused, and the ones it took with a remark. */
import { z } from "zod";

export const importRemarkKinds = [
  "unreadable",
  "unsupported",
  "duplicate",
  "tiny",
  "no-caption",
  "caption-without-picture",
  "long-caption",
  /** The import as a whole ended without a result. */
  "failed",
] as const;

export const importReport = z.array(
  z.object({
    /** Name of the file within the folder; empty where the remark is about the import as a whole. */
    file: z.string(),
    kind: z.enum(importRemarkKinds),
    message: z.string(),
    remedy: z.string(),
    /** Whether the file was left out; else it was taken and only remarked on. */
    refused: z.boolean().default(true),
  }),
);

export type ImportRemark = z.output<typeof importReport>[number];
