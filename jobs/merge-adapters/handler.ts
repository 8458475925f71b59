/** Writes the merged model and registers it. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { inspectCheckpoint } from "@/lib/checkpoints/inspect-checkpoint";
import { readLora, withLoras } from "@/lib/diffusion/lora/lora-adapter";
import { parseModelOptions } from "@/lib/diffusion/model/model-options";
import { modelTensors } from "@/lib/diffusion/model/model-tensors";
import { OPTIONS_METADATA_KEY, openModel } from "@/lib/diffusion/model/open-model";
import { dataPaths } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { withUniqueName } from "@/lib/platform/database/unique-name";
import type { JobHandler } from "@/lib/platform/jobs/job-handler";
import { LocalFiles } from "@/lib/platform/storage/local-files";
import { storeFile } from "@/lib/platform/storage/store-blob";
import { streamSafetensors } from "@/lib/tensor-files/write-safetensors";
import type { mergeAdaptersJob } from "./job";

/** Begun again after a kill, it writes the same file once more. */
export const handle: JobHandler<typeof mergeAdaptersJob> = async (
  { name, baseCheckpointId, adapters },
  { report },
) => {
  const base = await db.checkpoint.findUnique({ where: { id: baseCheckpointId } });
  if (!base) throw new SemblanceError("not_found", "The base model was deleted.");
  const files = new LocalFiles();
  await mkdir(dataPaths().runs, { recursive: true });
  const directory = await mkdtemp(join(dataPaths().runs, "merge-"));
  try {
    const options = parseModelOptions(base.options as Record<string, unknown>);
    const source = await openModel(await files.pathOf(base.blobSha256), options, {
      key: base.weightsKey ?? undefined,
    });
    const loras = [];
    for (const { adapterId, scale } of adapters) {
      const adapter = await db.adapter.findUnique({ where: { id: adapterId } });
      if (!adapter) throw new SemblanceError("not_found", "An adapter was deleted.");
      const { blobSha256, alpha } = adapter;
      loras.push({ adapter: await readLora(await files.pathOf(blobSha256), { alpha }), scale });
    }
    report(0.1, "merging");
    const path = join(directory, "merged.safetensors");
    const tensors = await modelTensors(withLoras(source, loras), "float32");
    await streamSafetensors(path, tensors, { [OPTIONS_METADATA_KEY]: JSON.stringify(options) });
    report(0.8, "checking");
    const { contents } = await inspectCheckpoint(path);
    const { sha256 } = await storeFile(path, { mediaType: "application/octet-stream" });
    await withUniqueName("model", name, () =>
      db.checkpoint.create({ data: { ...contents, name, part: "BASE", blobSha256: sha256 } }),
    );
  } finally {
    await files.release();
    await rm(directory, { recursive: true, force: true });
  }
};
