/** A file of weights that somebody names: one of the server, or one that was uploaded. */
import { mkdtemp, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import type { FileAccess } from "@/lib/platform/server-files/file-access";
import { withOpenFile } from "@/lib/platform/server-files/open-file";
import type { LocalFile } from "@/lib/platform/storage/blob-store";
import { blobStore } from "@/lib/platform/storage/store-blob";
import type { registerCheckpointInput } from "./checkpoint-fields";

export type WeightsFile = z.infer<typeof registerCheckpointInput>["source"];

/** Reads the file of weights; errors call it as anyone who named it does. */
export async function withWeightsFile<Result>(
  source: WeightsFile,
  access: FileAccess,
  read: (path: string) => Promise<Result>,
): Promise<Result> {
  if (source.kind === "upload") {
    const { path, release } = await uploadedFile(source);
    return read(path)
      .catch((error: unknown) => {
        throw renamed(error, basename(path), source.name);
      })
      .finally(release);
  }
  const { path } = source;
  return withOpenFile(path, { access }, async (file) => {
    const folder = await mkdtemp(join(tmpdir(), "semblance-weights-"));
    try {
      const named = join(folder, basename(path));
      await symlink(file.path, named);
      return await read(named);
    } finally {
      await rm(folder, { recursive: true });
    }
  }).catch((error: unknown) => {
    throw atPath(error, path);
  });
}

/** Takes it into the store; an upload is there already. @param path as withWeightsFile gives it */
export async function keepWeightsFile(
  source: WeightsFile,
  path: string,
): Promise<{ sha256: string; sizeBytes: number }> {
  if (source.kind === "file") return blobStore().putFile(path);
  return { sha256: source.sha256, sizeBytes: (await stat(path)).size };
}

/** What is wrong with the path itself belongs to its field of the form. */
function atPath(error: unknown, path: string): unknown {
  if (error instanceof SemblanceError) return error;
  const details = { field: "path" };
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new SemblanceError("not_found", `There is no file ${path} on this machine.`, {
      remedy: "Check the path. It must be on the machine where Semblance runs, not on yours.",
      details,
      cause: error,
    });
  }
  if (code !== "EACCES" && code !== "EPERM" && code !== "ELOOP") return error;
  return new SemblanceError("invalid_input", `${path} cannot be read.`, {
    remedy: "Make it readable for the user that runs Semblance.",
    details,
    cause: error,
  });
}

async function uploadedFile({ name, sha256 }: { name: string; sha256: string }): Promise<LocalFile> {
  try {
    return await blobStore().toLocalFile(sha256);
  } catch (cause) {
    if (!(cause instanceof SemblanceError) || cause.code !== "not_found") throw cause;
    throw new SemblanceError("not_found", `The upload of ${name} is missing.`, {
      remedy: "Upload the file again.",
      details: { field: "file" },
      cause,
    });
  }
}

function renamed(error: unknown, from: string, to: string): unknown {
  if (!(error instanceof SemblanceError)) return error;
  const { code, message, remedy, details, cause } = error;
  return new SemblanceError(code, message.replaceAll(from, to), { remedy, details, cause });
}
