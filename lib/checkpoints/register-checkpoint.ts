/** Takes a file of GLIDE weights into the store, after checking that it is a whole model. */
import { stat } from "node:fs/promises";
import { basename, isAbsolute } from "node:path";
import type { z } from "zod";
import { parseModelOptions } from "@/lib/diffusion/model/model-options";
import { openWeights, type WeightSet } from "@/lib/diffusion/model/weight-sets";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { withUniqueName } from "@/lib/platform/database/unique-name";
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
 * @throws SemblanceError `not_found`, `unsupported_file`, `invalid_file`, `missing_tensor`, `shape_mismatch` naming
 *   file and tensor; `invalid_input` for options that cannot be; `conflict` for a name in use
 */
export async function registerCheckpoint(
  input: z.input<typeof registerCheckpointInput>,
): Promise<RegisteredCheckpoint> {
  const { name, source, options, key } = registerCheckpointInput.parse(input);
  const existing = await db.checkpoint.findUnique({ where: { name }, select: { id: true } });
  // Asked before gigabytes are read; decided by the database in the end.
  if (existing) throw nameTaken(name);
  const path = source.kind === "file" ? await checkFile(source.path) : await uploadedFile(source);
  const { contents, notes, sets, chosen } = await inspect({ source, path, options, key });
  const blob = source.kind === "upload" ? await describeBlob(source.sha256) : await blobStore().putFile(path);
  await recordBlobs([{ ...blob, mediaType: "application/octet-stream" }]);
  const weightsKey = sets.length > 1 ? chosen.key : null;
  const part = contents.options.super_res ? "UPSAMPLER" : "BASE";
  const { id } = await withUniqueName("model", name, () =>
    db.checkpoint.create({ data: { name, part, blobSha256: blob.sha256, weightsKey, ...contents } }),
  );
  return { checkpointId: id, part, notes };
}

/**
 * The sets of weights in a file, the one that is taken by default first.
 *
 * @throws SemblanceError as registerCheckpoint, for the file
 */
export async function listWeightSets(
  source: z.infer<typeof registerCheckpointInput>["source"],
): Promise<readonly WeightSet[]> {
  const path = source.kind === "file" ? await checkFile(source.path) : await uploadedFile(source);
  const { checkpoint, sets } = await openWeights(path).catch((error) => {
    throw source.kind === "upload" ? renamed(error, basename(path), source.name) : error;
  });
  await checkpoint.close();
  return sets;
}

type Inspected = {
  source: z.infer<typeof registerCheckpointInput>["source"];
  path: string;
  options: string;
  key: string;
};

async function inspect({ source, path, options, key }: Inspected) {
  const given = options === "" ? null : parseOptions(options);
  return inspectCheckpoint(path, given, key === "" ? undefined : key).catch((error) => {
    // A blob's file has no name that its uploader would recognise.
    throw source.kind === "upload" ? renamed(error, basename(path), source.name) : error;
  });
}

function nameTaken(name: string): SemblanceError {
  return new SemblanceError("conflict", `There is already a model called “${name}”.`, {
    remedy: "Choose another name.",
    details: { field: "name" },
  });
}

async function checkFile(path: string): Promise<string> {
  const fault = (message: string, remedy: string) =>
    new SemblanceError("not_found", message, { remedy, details: { field: "path" } });
  if (!isAbsolute(path)) {
    throw fault(`${path} is not an absolute path.`, "Give the path from the root, such as /home/me/base.pt.");
  }
  const found = await stat(path).catch(() => null);
  if (!found) {
    throw fault(
      `There is no file ${path} on this machine.`,
      "Check the path. It must be on the machine where Semblance runs, not on yours.",
    );
  }
  if (!found.isFile())
    throw fault(`${path} is not a file.`, "Give the file of weights (.pt or .safetensors).");
  return path;
}

async function uploadedFile({ name, sha256 }: { name: string; sha256: string }): Promise<string> {
  try {
    return await blobStore().toLocalFile(sha256);
  } catch (cause) {
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

async function describeBlob(sha256: string) {
  const path = await blobStore().toLocalFile(sha256);
  return { sha256, sizeBytes: (await stat(path)).size };
}

function renamed(error: unknown, from: string, to: string): unknown {
  if (!(error instanceof SemblanceError)) return error;
  const { code, message, remedy, details, cause } = error;
  return new SemblanceError(code, message.replaceAll(from, to), { remedy, details, cause });
}
