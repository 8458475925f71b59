/** Writes a model of the platform as files that other programs read, with its card beside them. */
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, open, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { type ModelFilePrecision, writeModel } from "@/jobs/export-model/write-model";
import { parseModelOptions } from "@/lib/diffusion/model/model-options";
import { openModel } from "@/lib/diffusion/model/open-model";
import { SemblanceError } from "@/lib/errors";
import { type CardFile, modelCard } from "@/lib/evaluations/model-card";
import type { Checkpoint } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import { hashFile } from "@/lib/platform/storage/hash-file";
import { LocalFiles } from "@/lib/platform/storage/local-files";
import { blobStore } from "@/lib/platform/storage/store-blob";

export type ExportOptions = {
  readonly out?: string;
  /** See writers; absent: stored. */
  readonly format?: string;
  /** single or half; absent: single. */
  readonly precision?: string;
};

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
  if (!isNameIn(writers, format)) {
    throw new SemblanceError("invalid_input", `“${format}” is no format for exports of checkpoints.`, {
      remedy: `Use --format ${Object.keys(writers).join(", --format ")}.`,
    });
  }
  if (!isNameIn(precisions, precision)) {
    throw new SemblanceError("invalid_input", `--precision must be single or half, not ${precision}.`);
  }
  const [write, dtype] = [writers[format], precisions[precision]];
  if (dtype === "float16" && format !== "safetensors" && format !== "pt") {
    throw new SemblanceError("invalid_input", `Exports of the format ${format} have no half precision.`, {
      remedy: "Use --format safetensors or --format pt, or leave --precision out.",
    });
  }
  const held = new LocalFiles();
  const path = resolve(out ?? `${checkpoint.name}${endingOf(format, checkpoint)}`);
  try {
    if (format === "onnx") await mkdir(path, { recursive: true });
    const card = format === "onnx" ? join(path, "README.md") : `${path}.md`;
    await writeNew(card, async (partial) => {
      const files = await write(checkpoint, path, dtype, held);
      await writeFile(partial, await modelCard(id, await Promise.all(files.map(describeFile))));
    });
    return path;
  } catch (error) {
    const { code, path: taken } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST") throw error;
    throw new SemblanceError("conflict", `${taken} is there already.`, {
      remedy: "Give another path with --out, or remove it.",
      cause: error,
    });
  } finally {
    await held.release();
  }
}

/** Of the table's own names alone: “constructor” is none. */
function isNameIn<Table extends object>(table: Table, name: PropertyKey): name is keyof Table {
  return Object.hasOwn(table, name);
}

function endingOf(format: string, stored: Checkpoint): string {
  if (format === "onnx") return "-onnx";
  if (format === "stored") return stored.format === "safetensors" ? ".safetensors" : ".pt";
  return `.${format}`;
}

const precisions = { single: "float32", half: "float16" } as const;

const writers = {
  stored: copyStored,
  safetensors: writeFileOf("safetensors"),
  pt: writeFileOf("pt"),
  onnx: writeOnnx,
};

async function copyStored({ blobSha256 }: Checkpoint, path: string): Promise<string[]> {
  const stored = await blobStore().read(blobSha256, { verify: true });
  return writeNew(path, (partial) => pipeline(stored, createWriteStream(partial, { flags: "wx" })));
}

function writeFileOf(format: "safetensors" | "pt") {
  return async (checkpoint: Checkpoint, path: string, precision: ModelFilePrecision, held: LocalFiles) => {
    const model = await openStored(checkpoint, held);
    return writeNew(path, (partial) => writeModel(model, partial, format, precision));
  };
}

/** Takes the name first, so that a file that is there stays, and fills it when all is written. */
async function writeNew(path: string, write: (path: string) => Promise<unknown>): Promise<string[]> {
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
  return [path];
}

async function writeOnnx(
  checkpoint: Checkpoint,
  folder: string,
  precision: ModelFilePrecision,
  held: LocalFiles,
): Promise<string[]> {
  return writeModel(await openStored(checkpoint, held), folder, "onnx", precision);
}

async function describeFile(path: string): Promise<CardFile> {
  return { name: basename(path), bytes: (await stat(path)).size, sha256: await hashFile(path) };
}

async function openStored({ blobSha256, options, weightsKey }: Checkpoint, held: LocalFiles) {
  const path = await held.pathOf(blobSha256);
  return openModel(path, parseModelOptions(options), { key: weightsKey ?? undefined });
}
