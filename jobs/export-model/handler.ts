/** Has a model written as files, and keeps these with the model's card for a while. */
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { z } from "zod";
import { exportFormats } from "@/lib/checkpoints/export-formats";
import { dataPaths } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { modelCard } from "@/lib/evaluations/model-card";
import type { Checkpoint } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import { runEngineTask } from "@/lib/platform/engine-process/run-engine-task";
import type { JobHandler } from "@/lib/platform/jobs/job-handler";
import { hashFile } from "@/lib/platform/storage/hash-file";
import { LocalFiles } from "@/lib/platform/storage/local-files";
import { storeFile } from "@/lib/platform/storage/store-blob";
import { writeZip } from "@/lib/platform/storage/write-zip";
import type { exportModelJob } from "./job";
import type { exportModelResult } from "./result";
import { exportTask } from "./task";

type Format = (typeof exportFormats)[keyof typeof exportFormats];
type KeptFile = z.infer<typeof exportModelResult>["files"][number];

const lookEveryMs = 1000;

/** Of the whole; the rest is for hashing and storing. */
const writingShare = 0.8;

/** Begun again after a kill, it writes the same files once more. */
export const handle: JobHandler<typeof exportModelJob> = async (
  { checkpointId, format: chosen },
  { signal, lost, report, keepResult },
) => {
  const model = await db.checkpoint.findUnique({ where: { id: checkpointId } });
  if (!model) throw new SemblanceError("not_found", "The model was deleted.");
  const format = exportFormats[chosen];
  const folder = join(dataPaths().runs, randomUUID());
  const held = new LocalFiles();
  try {
    const written = await reporting(folder, expectedBytes(model, format), report, async () =>
      runEngineTask(
        exportTask,
        {
          weightsPath: await held.pathOf(model.blobSha256),
          weightsKey: model.weightsKey,
          options: model.options as Record<string, unknown>,
          format: format.format,
          precision: format.precision,
          folder,
        },
        { signal, kill: lost },
      ),
    );
    report(writingShare, "storing");
    await keepResult({ files: await keepFiles(model, format, written, folder) });
  } finally {
    await held.release();
    await rm(folder, { recursive: true, force: true });
  }
};

function expectedBytes({ parameterCount }: Checkpoint, { precision }: Format): number {
  return Number(parameterCount) * (precision === "float16" ? 2 : 4);
}

/** Tells how much of the expected bytes is in the folder while `write` writes there. */
async function reporting<Result>(
  folder: string,
  bytes: number,
  report: (progress: number, note?: string) => void,
  write: () => Promise<Result>,
): Promise<Result> {
  const look = async () => {
    const sizes = await Promise.all(
      (await readdir(folder)).map((name) =>
        stat(join(folder, name)).then(
          ({ size }) => size,
          // Renamed or removed in the meantime.
          () => 0,
        ),
      ),
    );
    report(writingShare * Math.min(1, sizes.reduce((sum, size) => sum + size, 0) / bytes), "writing");
  };
  const timer = setInterval(() => void look().catch(() => {}), lookEveryMs);
  try {
    return await write();
  } finally {
    clearInterval(timer);
  }
}

/** One file with its card beside it; several in a zip file with the card. */
async function keepFiles(
  model: Checkpoint,
  { format, ending }: Format,
  paths: readonly string[],
  folder: string,
): Promise<KeptFile[]> {
  const name = `${model.name.replaceAll(/[^\p{L}\p{N}.-]+/gu, "-")}${ending}`;
  const isPacked = format === "onnx";
  const card = await modelCard(
    model.id,
    await Promise.all(
      paths.map(async (path) => ({
        name: isPacked ? basename(path) : name,
        bytes: (await stat(path)).size,
        sha256: await hashFile(path),
      })),
    ),
  );
  if (isPacked) return [await keep(await pack(paths, card, join(folder, "packed")), name)];
  const cardPath = join(folder, "card");
  await writeFile(cardPath, card);
  return [await keep(paths[0]!, name), await keep(cardPath, `${name}.md`)];
}

async function keep(path: string, name: string): Promise<KeptFile> {
  const { sha256, sizeBytes } = await storeFile(
    path,
    { mediaType: "application/octet-stream" },
    { share: true },
  );
  return { name, bytes: sizeBytes, sha256 };
}

/** Weights hardly shrink, so they are stored as they are. */
async function pack(paths: readonly string[], card: string, zipPath: string): Promise<string> {
  async function* entries() {
    yield { name: "README.md", bytes: Buffer.from(card), isPacked: false };
    for (const path of paths) {
      yield { name: basename(path), bytes: createReadStream(path), isPacked: true };
    }
  }
  await writeZip(zipPath, entries(), {
    message: "The model does not fit into a zip file, which ends at 4 GiB.",
    remedy: "Export it with npx semblance checkpoints export NAME --format onnx, which writes a folder.",
  });
  return zipPath;
}
