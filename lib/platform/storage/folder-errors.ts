/** What a folder that is written to says where it is full. */
import { SemblanceError } from "@/lib/errors";

/** Disk full and quota exceeded. */
const fullCodes = new Set(["ENOSPC", "EDQUOT"]);

/** @returns `disk_full` for the errors that say so, any other as it is */
export function toStoreError(error: unknown, folder: string): unknown {
  if (!fullCodes.has((error as NodeJS.ErrnoException | null)?.code ?? "")) return error;
  return new SemblanceError("disk_full", "The data folder's disk is full; the file was not saved.", {
    remedy: "Free some space, or move the data folder to a larger disk (SEMBLANCE_DATA), and try again.",
    cause: new Error(folder, { cause: error }),
  });
}
