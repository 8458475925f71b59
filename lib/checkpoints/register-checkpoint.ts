/** Takes a file of GLIDE weights into the store, after checking that it is a whole model. */
import { mkdtemp, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { z } from "zod";
import { parseModelOptions } from "@/lib/diffusion/model/model-options";
import { openWeights, type WeightSet } from "@/lib/diffusion/model/weight-sets";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { withUniqueName } from "@/lib/platform/database/unique-name";
import { type FileAccess, formFiles } from "@/lib/platform/server-files/file-access";
import { withOpenFile } from "@/lib/platform/server-files/open-file";
import type { LocalFile } from "@/lib/platform/storage/blob-store";
import { blobStore, recordBlobs } from "@/lib/platform/storage/store-blob";
import { registerCheckpointInput } from "./checkpoint-fields";
import { inspectCheckpoint } from "./inspect-checkpoint";

export type RegisteredCheckpoint = {
  checkpointId: string;
  part: "BASE" | "UPSAMPLER";
  /** What is worth knowing of how the file was read, in sentences. */
  notes: readonly string[];
};

/**
 * Nothing is computed with the weights; names and shapes of all tensors are compared with the model's, and every
 * weight must be a finite number.
 *
 * @param access to a file of the server
 * @throws SemblanceError `not_found`, `unsupported_file`, `invalid_file`, `missing_tensor`, `shape_mismatch` naming
 *   file and tensor; `invalid_input` for options that cannot be; `conflict` for a name in use
 */
export async function registerCheckpoint(
  input: z.input<typeof registerCheckpointInput>,
  access: FileAccess = formFiles,
): Promise<RegisteredCheckpoint> {
  const { name, source, options, key } = registerCheckpointInput.parse(input);
  const existing = await db.checkpoint.findUnique({ where: { name }, select: { id: true } });
  // Asked before gigabytes are read; decided by the database in the end.
  if (existing) throw nameTaken(name);
  const { contents, notes, sets, chosen, blob } = await withFile(source, access, async (path) => ({
    ...(await inspectCheckpoint(path, options === "" ? null : parseOptions(options), key || undefined)),
    blob:
      source.kind === "upload"
        ? { sha256: source.sha256, sizeBytes: (await stat(path)).size }
        : await blobStore().putFile(path),
  }));
  await recordBlobs([{ ...blob, mediaType: "application/octet-stream" }]);
  const weightsKey = sets.length > 1 ? chosen.key : null;
  const part = contents.options.super_res ? "UPSAMPLER" : "BASE";
  const { id } = await withUniqueName("model", name, () =>
    db.$transaction(async (transaction) => {
      const made = await transaction.checkpoint.create({
        data: { name, part, blobSha256: blob.sha256, weightsKey, ...contents },
      });
      await appendAuditEntry(transaction, {
        action: "model.registered",
        subject: { kind: "model", id: made.id, name },
        detail: { sha256: blob.sha256, part, ...(source.kind === "file" ? { path: source.path } : {}) },
      });
      return made;
    }),
  );
  return { checkpointId: id, part, notes };
}

/**
 * The sets of weights in a file, the one that is taken by default first.
 *
 * @throws SemblanceError as registerCheckpoint, for the file
 */
export async function listWeightSets(
  source: Source,
  access: FileAccess = formFiles,
): Promise<readonly WeightSet[]> {
  return withFile(source, access, async (path) => {
    const { checkpoint, sets } = await openWeights(path);
    await checkpoint.close();
    return sets;
  });
}

type Source = z.infer<typeof registerCheckpointInput>["source"];

/** Reads the file of weights; errors call it as anyone who named it does. */
async function withFile<Result>(
  source: Source,
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

function nameTaken(name: string): SemblanceError {
  return new SemblanceError("conflict", `There is already a model called “${name}”.`, {
    remedy: "Choose another name.",
    details: { field: "name" },
  });
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

function parseOptions(text: string) {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (cause) {
    throw new SemblanceError("invalid_input", "The model options are not valid JSON.", {
      remedy: 'Write one JSON object, such as {"image_size": 64}, or leave the field empty.',
      details: { field: "options" },
      cause,
    });
  }
  return parseModelOptions(values);
}

function renamed(error: unknown, from: string, to: string): unknown {
  if (!(error instanceof SemblanceError)) return error;
  const { code, message, remedy, details, cause } = error;
  return new SemblanceError(code, message.replaceAll(from, to), { remedy, details, cause });
}
