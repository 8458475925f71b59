/** Takes a file of low-rank adapters, in peft's naming, into the store. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { z } from "zod";
import { type WeightsFile, withWeightsFile } from "@/lib/checkpoints/weights-file";
import { isLoraFile } from "@/lib/diffusion/lora/lora-adapter";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { withUniqueName } from "@/lib/platform/database/unique-name";
import { type FileAccess, formFiles } from "@/lib/platform/server-files/file-access";
import { withOpenFile } from "@/lib/platform/server-files/open-file";
import { recordBlobs } from "@/lib/platform/storage/store-blob";
import { registerCheckpointInput } from "../checkpoints/checkpoint-fields";
import { keepWeightsFile } from "../checkpoints/weights-file";
import { inspectAdapter } from "./inspect-adapter";

/** Whether a file holds adapters and not a model. @throws SemblanceError as registerAdapter, for the file */
export function holdsAdapters(source: WeightsFile, access: FileAccess = formFiles): Promise<boolean> {
  return withWeightsFile(source, access, isLoraFile);
}

/**
 * peft writes lora_alpha into adapter_config.json: it is read beside a file of the server, or from the given options.
 *
 * @param input.options text of an adapter_config.json
 * @param access to a file of the server
 * @throws SemblanceError as inspectAdapter and openCheckpoint, naming the file; `conflict` for a name in use
 */
export async function registerAdapter(
  input: Pick<z.input<typeof registerCheckpointInput>, "name" | "source" | "options">,
  access: FileAccess = formFiles,
): Promise<{ adapterId: string }> {
  const { name, source, options } = registerCheckpointInput.parse(input);
  const alpha = readAlpha(options) ?? readAlpha(await configBeside(source, access));
  const { contents, blob } = await withWeightsFile(source, access, async (path) => ({
    contents: await inspectAdapter(path, alpha === undefined ? {} : { alpha }),
    blob: await keepWeightsFile(source, path),
  }));
  await recordBlobs([{ ...blob, mediaType: "application/octet-stream" }]);
  const { id } = await withUniqueName("LoRA adapter", name, () =>
    db.$transaction(async (transaction) => {
      const made = await transaction.adapter.create({ data: { name, blobSha256: blob.sha256, ...contents } });
      await appendAuditEntry(transaction, {
        action: "adapter.registered",
        subject: { kind: "adapter", id: made.id, name },
        detail: { sha256: blob.sha256, ...(source.kind === "file" ? { path: source.path } : {}) },
      });
      return made;
    }),
  );
  return { adapterId: id };
}

/** Empty where there is none, or none that may be read. */
async function configBeside(source: WeightsFile, access: FileAccess): Promise<string> {
  if (source.kind === "upload") return "";
  const path = join(dirname(source.path), "adapter_config.json");
  return withOpenFile(path, { access }, (file) => readFile(file.path, "utf8")).catch(() => "");
}

function readAlpha(config: string): number | undefined {
  try {
    const { lora_alpha: alpha } = JSON.parse(config) as { lora_alpha?: unknown };
    return typeof alpha === "number" ? alpha : undefined;
  } catch {
    return undefined;
  }
}
