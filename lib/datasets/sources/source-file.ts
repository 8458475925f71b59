/** A file of a dataset wherever it is: in a folder, in an archive, among uploads, or in a row of a Parquet file. */
import { SemblanceError } from "@/lib/errors";
import type { CaptionEntry } from "../caption-formats/caption-format";

/** A file by its path within what is read, with "/" between its parts. */
export type SourceFile = {
  readonly path: string;
  /** Whether it is an image though its name need not say so; absent: its name says it. */
  readonly isImage?: boolean;
  /** Captions that its place holds beside the image, or that it lists; absent: those of its text. */
  readonly entries?: readonly CaptionEntry[];
  /** @throws SemblanceError `too_large` for more than an image of the allowed size can hold */
  readonly read: () => Promise<Buffer>;
};

/** What the system says of files that it does not give the bytes of, and the store of damaged ones. */
const unreadableCodes = new Set([
  "EACCES",
  "EIO",
  "EISDIR",
  "ELOOP",
  "ENOENT",
  "ERR_FS_FILE_TOO_LARGE",
  "invalid_file",
]);
/** What Semblance says of files that may not be read. */
const refusalCodes = new Set(["invalid_input", "too_large"]);

/** The bytes, or why the file cannot be read; anything else, such as a lost store, is thrown on. */
export async function readSource(file: SourceFile): Promise<Buffer | SemblanceError> {
  try {
    return await file.read();
  } catch (error) {
    const code = (error as { code?: string }).code ?? "";
    if (error instanceof SemblanceError && refusalCodes.has(code)) return error;
    if (!unreadableCodes.has(code)) throw error;
    return new SemblanceError("invalid_file", `${file.path} cannot be read.`, {
      remedy: "Check that the file is readable, or upload it again.",
      cause: error,
    });
  }
}
