/** Writes a model of the platform as files that other programs read. */
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { parseModelOptions } from "@/lib/diffusion/model/model-options";
import { modelTensors } from "@/lib/diffusion/model/model-tensors";
import { OPTIONS_METADATA_KEY, openModel } from "@/lib/diffusion/model/open-model";
import { writeOnnxModel } from "@/lib/diffusion/model/write-onnx-model";
import { SemblanceError } from "@/lib/errors";
import type { Checkpoint } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import { blobStore } from "@/lib/platform/storage/store-blob";
import { writeZip } from "@/lib/platform/storage/write-zip";
import { torchEntries } from "@/lib/tensor-files/torch-entries";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";

export type ExportOptions = {
  readonly out?: string;
  /** See writers; absent: stored. */
  readonly format?: string;
  /** single or half; absent: single. */
  readonly precision?: string;
};

type Precision = "float32" | "float16";

/**
 * @returns the path of what was written: a file, or for ONNX a folder
 * @throws SemblanceError `invalid_input` for an unknown format or precision, and for half precision where the format or
 *   the weights do not have it; `conflict` where a file of the export is there already; as openModel
 */
export async function exportCheckpoint(
  id: string,
  { out, format = "stored", precision = "single" }: ExportOptions,
): Promise<string> {
  const checkpoint = await db.checkpoint.findUniqueOrThrow({ where: { id } });
  const write = writers[format as keyof typeof writers];
  if (write === undefined) {
    throw new SemblanceError("invalid_input", `“${format}” is no format for exports of checkpoints.`, {
      remedy: `Use --format ${Object.keys(writers).join(", --format ")}.`,
    });
  }
  const dtype = precisions[precision as keyof typeof precisions];
  if (dtype === undefined) {
    throw new SemblanceError("invalid_input", `--precision must be single or half, not ${precision}.`);
  }
  if (dtype === "float16" && format !== "safetensors" && format !== "pt") {
    throw new SemblanceError("invalid_input", `Exports of the format ${format} have no half precision.`, {
      remedy: "Use --format safetensors or --format pt, or leave --precision out.",
    });
  }
  return write(checkpoint, out, dtype).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
    throw new SemblanceError("conflict", `${error.path} is there already.`, {
      remedy: "Give another path with --out, or remove it.",
      cause: error,
    });
  });
}

const precisions = { single: "float32", half: "float16" } as const;

const writers = { stored: copyStored, safetensors: writeSafetensorsFile, pt: writeTorch, onnx: writeOnnx };

async function copyStored({ name, blobSha256, format }: Checkpoint, out?: string): Promise<string> {
  const path = resolve(out ?? `${name}${format === "safetensors" ? ".safetensors" : ".pt"}`);
  await pipeline(
    await blobStore().read(blobSha256, { verify: true }),
    createWriteStream(path, { flags: "wx" }),
  );
  return path;
}

async function writeSafetensorsFile(
  checkpoint: Checkpoint,
  out: string | undefined,
  dtype: Precision,
): Promise<string> {
  const model = await openStored(checkpoint);
  const tensors = await modelTensors(model, dtype);
  return writeNew(out ?? `${checkpoint.name}.safetensors`, (path) =>
    writeSafetensors(path, tensors, { [OPTIONS_METADATA_KEY]: JSON.stringify(model.options) }),
  );
}

async function writeTorch(
  checkpoint: Checkpoint,
  out: string | undefined,
  dtype: Precision,
): Promise<string> {
  const tensors = await modelTensors(await openStored(checkpoint), dtype);
  return writeNew(out ?? `${checkpoint.name}.pt`, (path) =>
    writeZip(path, torchEntries(tensors), {
      message: "The model does not fit into a file for torch, which ends at 4 GiB here.",
      remedy: "Export it as safetensors, or in half precision.",
    }),
  );
}

/** Takes the name first, so that a file that is there stays, and fills it when all is written. */
async function writeNew(out: string, write: (path: string) => Promise<unknown>): Promise<string> {
  const path = resolve(out);
  await (await open(path, "wx")).close();
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    await write(partial);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    await rm(path, { force: true });
    throw error;
  }
  return path;
}

async function writeOnnx(checkpoint: Checkpoint, out?: string): Promise<string> {
  const folder = resolve(out ?? `${checkpoint.name}-onnx`);
  const model = await openStored(checkpoint);
  await mkdir(folder, { recursive: true });
  await writeOnnxModel(model, folder);
  return folder;
}

async function openStored({ blobSha256, options, weightsKey }: Checkpoint) {
  const path = await blobStore().toLocalFile(blobSha256);
  return openModel(path, parseModelOptions(options), { key: weightsKey ?? undefined });
}
