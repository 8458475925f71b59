/** Takes a file of GLIDE weights into the store, after checking that it is a whole model. */
import type { z } from "zod";
import { parseModelOptions } from "@/lib/diffusion/model/model-options";
import { openWeights, type WeightSet } from "@/lib/diffusion/model/weight-sets";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { withUniqueName } from "@/lib/platform/database/unique-name";
import { type FileAccess, formFiles } from "@/lib/platform/server-files/file-access";
import { recordBlobs } from "@/lib/platform/storage/store-blob";
import { registerCheckpointInput } from "./checkpoint-fields";
import { inspectCheckpoint } from "./inspect-checkpoint";
import { keepWeightsFile, type WeightsFile, withWeightsFile } from "./weights-file";

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
  const { contents, notes, sets, chosen, blob } = await withWeightsFile(source, access, async (path) => ({
    ...(await inspectCheckpoint(path, options === "" ? null : parseOptions(options), key || undefined)),
    blob: await keepWeightsFile(source, path),
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
  source: WeightsFile,
  access: FileAccess = formFiles,
): Promise<readonly WeightSet[]> {
  return withWeightsFile(source, access, async (path) => {
    const { checkpoint, sets } = await openWeights(path);
    await checkpoint.close();
    return sets;
  });
}

function nameTaken(name: string): SemblanceError {
  return new SemblanceError("conflict", `There is already a model called “${name}”.`, {
    remedy: "Choose another name.",
    details: { field: "name" },
  });
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
