/** What an import says about single files: the ones it rejected, and the ones it took with a remark. */
import { z } from "zod";

export const importRemarkKinds = [
  "unreadable",
  "unsupported",
  "duplicate",
  "tiny",
  "too-large",
  /** Damaged in a way that decoders pass over with a warning. */
  "flawed",
  /** One of several frames was taken. */
  "first-frame",
  "no-caption",
  "caption-without-image",
  "long-caption",
  /** The import as a whole ended without a result. */
  "failed",
  /** Stands for the remarks that the report has no room for. */
  "not-listed",
] as const;

export const importReport = z.array(
  z.object({
    /** Name of the file within the folder; empty where the remark is about several files or the whole import. */
    file: z.string(),
    kind: z.enum(importRemarkKinds),
    message: z.string(),
    remedy: z.string(),
    /** Whether the file was rejected; otherwise it was imported and only flagged. */
    refused: z.boolean().default(true),
    /** How many remarks this one stands for; absent: itself alone. */
    count: z.number().int().positive().optional(),
  }),
);

export type ImportRemark = z.output<typeof importReport>[number];

/** The report is read by people. */
const longestReport = 1000;

/** The first 1000 remarks, and what says how many more files were rejected, and how many were flagged. */
export function shortenReport(remarks: readonly ImportRemark[]): ImportRemark[] {
  const more = remarks.slice(longestReport);
  const refused = countRemarks(more.filter((remark) => remark.refused));
  const taken = countRemarks(more) - refused;
  const notListed = (count: number, wasRefused: boolean): ImportRemark[] => {
    if (count === 0) return [];
    const what = wasRefused ? "rejected" : "flagged";
    const message = `${count} more ${count === 1 ? "file was" : "files were"} ${what}; this report lists the first ${longestReport}.`;
    const remedy = "Fix these and import again to see the others.";
    return [{ file: "", kind: "not-listed", message, remedy, refused: wasRefused, count }];
  };
  return [...remarks.slice(0, longestReport), ...notListed(refused, true), ...notListed(taken, false)];
}

/** How many remarks there were, those that are not listed included. */
export function countRemarks(remarks: readonly ImportRemark[]): number {
  return remarks.reduce((sum, { count = 1 }) => sum + count, 0);
}
