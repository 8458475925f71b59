/** Writes a model of the platform as files that other programs read. */
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { parseModelOptions } from "@/lib/diffusion/model/model-options";
import { openModel } from "@/lib/diffusion/model/open-model";
import { writeOnnxModel } from "@/lib/diffusion/model/write-onnx-model";
import { SemblanceError } from "@/lib/errors";
import type { Checkpoint } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import { blobStore } from "@/lib/platform/storage/store-blob";

export type ExportOptions = {
  readonly out?: string;
  /** See writers; absent: stored. */
  readonly format?: string;
};

/**
 * @returns the path of what was written: a file, or for ONNX a folder
 * @throws SemblanceError `invalid_input` for an unknown format; `conflict` where a file of the export is there already;
 *   as openModel
 */
export async function exportCheckpoint(id: string, { out, format }: ExportOptions): Promise<string> {
  const checkpoint = await db.checkpoint.findUniqueOrThrow({ where: { id } });
  const write = writers[(format ?? "stored") as keyof typeof writers];
  if (write === undefined) {
    throw new SemblanceError("invalid_input", `“${format}” is no format for exports of checkpoints.`, {
      remedy: `Use --format ${Object.keys(writers).join(", --format ")}.`,
    });
  }
  return write(checkpoint, out).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
    throw new SemblanceError("conflict", `${error.path} is there already.`, {
      remedy: "Give another path with --out, or remove it.",
      cause: error,
    });
  });
}

const writers = { stored: copyStored, onnx: writeOnnx };

async function copyStored({ name, blobSha256, format }: Checkpoint, out?: string): Promise<string> {
  const path = resolve(out ?? `${name}${format === "safetensors" ? ".safetensors" : ".pt"}`);
  await pipeline(
    await blobStore().read(blobSha256, { verify: true }),
    createWriteStream(path, { flags: "wx" }),
  );
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
