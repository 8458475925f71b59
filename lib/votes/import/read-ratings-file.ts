/** The votes of a file that somebody wants to import: uploaded, or on the server. */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { SemblanceError } from "@/lib/errors";
import { type FileAccess, formFiles } from "@/lib/platform/server-files/file-access";
import { readOpenFile } from "@/lib/platform/server-files/open-file";
import { uploadLimitsBytes } from "@/lib/platform/storage/receive-upload";
import { blobStore, readBlob } from "@/lib/platform/storage/store-blob";
import { withScale } from "@/lib/questions/likert/plain-file";
import { parseVotes } from "../read/read-votes";
import { readColumnMapping, readScale } from "../read/vote-fields";
import type { VoteFile } from "../read/vote-file";
import type { RatingsFile } from "./import-fields";

export type RatingsRead = {
  readonly fileName: string;
  readonly sha256: string;
  readonly bytes: Buffer;
  /** Raters whom the file's study excluded are among its answers. */
  readonly votes: VoteFile;
};

/**
 * @param access to a file of the server
 * @throws SemblanceError as `parseVotes`; `not_found`, `invalid_input` or `too_large` with the form's field
 */
export async function readRatingsFile(
  file: RatingsFile,
  access: FileAccess = formFiles,
): Promise<RatingsRead> {
  const { fileName, bytes } = await readRatingsSource(file.source, access);
  const scale = file.scale === "" ? undefined : ofField("scale", () => readScale(file.scale));
  const votes = parseVotes(bytes, fileName, {
    ...(file.columns === "" ? {} : { columns: ofField("columns", () => readColumnMapping(file.columns)) }),
    ...(scale === undefined ? {} : { scale }),
    isBothBadTie: file.bothBad === "tie",
    allRaters: true,
  });
  const questions = votes.questions.map((question) => ({
    ...question,
    answers: withScale(question.answers, scale),
  }));
  return {
    fileName,
    bytes,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    votes: { ...votes, questions },
  };
}

/** @throws SemblanceError `not_found`, `invalid_input` or `too_large` with the form's field */
export async function readRatingsSource(
  source: RatingsFile["source"],
  access: FileAccess,
): Promise<{ fileName: string; bytes: Buffer }> {
  if (source.kind === "upload") {
    if (!(await blobStore().has(source.sha256))) {
      throw new SemblanceError("not_found", `The upload of ${source.name} is missing.`, {
        remedy: "Choose the file again.",
        details: { field: "file" },
      });
    }
    return { fileName: source.name, bytes: await readBlob(source.sha256) };
  }
  const { path } = source;
  const bytes = await readOpenFile(path, { access, mostBytes: uploadLimitsBytes.ratings }).catch(
    (cause: NodeJS.ErrnoException) => {
      if (cause.code !== "ENOENT" && cause.code !== "EACCES") throw cause;
      throw new SemblanceError("not_found", `There is no file ${path} that can be read.`, {
        remedy: "Check the path.",
        cause,
        details: { field: "path" },
      });
    },
  );
  return { fileName: basename(path), bytes };
}

function ofField<Value>(field: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SemblanceError)) throw error;
    throw new SemblanceError(error.code, error.message, {
      ...(error.remedy ? { remedy: error.remedy } : {}),
      cause: error,
      details: { field },
    });
  }
}
