/** Where the answers of an imported study come from, as its row and its releases hold it. */
import { z } from "zod";

export const importedStudy = z.object({
  fileName: z.string(),
  sha256: z.string(),
  /** Which column was read as what; empty for files that Semblance wrote. */
  columns: z.record(z.string(), z.string()),
  /** What must be known of how the file was read, in sentences. */
  notes: z.array(z.string()),
  answers: z.number().int(),
});
export type ImportedStudy = z.infer<typeof importedStudy>;

/** Null for a study that was held here. @param stored the study's `imported` */
export function readImported(stored: unknown): ImportedStudy | null {
  return importedStudy.nullable().parse(stored);
}
