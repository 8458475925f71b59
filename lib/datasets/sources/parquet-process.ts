/**
 * The process in which Parquet files are read: one that makes the reader run without end, or take all memory, ends this process
 * and none that holds anything else.
 */
import { toSemblanceError } from "@/lib/errors";
import { errorToMessage } from "@/lib/platform/engine-process/engine-messages";
import type { ChosenColumns } from "../caption-formats/caption-format";
import type { ArchiveFile } from "./archive";
import { readParquetContents, readParquetImages } from "./parquet-table";

export type ParquetRequest = {
  readonly archive: ArchiveFile;
  readonly columns: ChosenColumns;
  /** Whose images are wanted; null: the contents. */
  readonly group: number | null;
};

process.on("message", async ({ archive, columns, group }: ParquetRequest) => {
  try {
    const result = await (group === null
      ? readParquetContents(archive, columns)
      : readParquetImages(archive, columns, group));
    process.send!({ result });
  } catch (error) {
    process.send!({ error: errorToMessage(toSemblanceError(error)) });
  }
});
