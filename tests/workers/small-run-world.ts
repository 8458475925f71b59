/** What workers' tests train: a model of 8 pixels, and three squares to learn from, so that a step takes milliseconds. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { train } from "@/lib/diffusion/training/train";
import { db } from "@/lib/platform/database/db";
import { blobStore, storeBlob, storeFile } from "@/lib/platform/storage/store-blob";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import { smallOptions, smallRequest } from "@/tests/lib/diffusion/training/small-run";

/** A dataset, and a checkpoint to start from, as `startFineTune` takes them. */
export async function makeSmallStart(): Promise<{ datasetId: string; startCheckpointId: string }> {
  const { id: datasetId } = await db.dataset.create({ data: { name: "squares", state: "READY" } });
  for (const [position, background] of ["#d02020", "#20b040", "#2040d0"].entries()) {
    const square = sharp({ create: { width: 16, height: 16, channels: 3, background } });
    const { sha256 } = await storeBlob(await square.png().toBuffer(), { mediaType: "image/png" });
    const captions = { create: { position: 0, text: `square ${position}`, tokenCount: 4 } };
    const image = { datasetId, stem: `${position}`, position, blobSha256: sha256, widthPx: 16, heightPx: 16 };
    await db.image.create({ data: { ...image, captions } });
  }
  const folder = await mkdtemp(join(tmpdir(), "semblance-small-start-"));
  const { path } = await train(await smallRequest(folder, { settings: { epochs: 1 } }));
  const { sha256 } = await storeFile(path, { mediaType: "application/octet-stream" });
  await rm(folder, { recursive: true });
  const counts = { parameterCount: 1n, tensorCount: 1, format: "safetensors" };
  const checkpoint = { name: "start", part: "BASE", blobSha256: sha256, options: smallOptions } as const;
  const { id } = await db.checkpoint.create({ data: { ...checkpoint, ...counts } });
  return { datasetId, startCheckpointId: id };
}

/** The numbers in the last checkpoint of a run, by tensor. */
export async function lastWeights(fineTuneId: string): Promise<Record<string, number[]>> {
  const { blobSha256 } = await db.checkpoint.findFirstOrThrow({
    where: { fineTuneId },
    orderBy: { step: "desc" },
  });
  const file = await blobStore().toLocalFile(blobSha256);
  const checkpoint = await openCheckpoint(file.path);
  const weights: Record<string, number[]> = {};
  for (const name of checkpoint.tensors.keys()) weights[name] = [...(await checkpoint.readFloat32(name))];
  await checkpoint.close();
  await file.release();
  return weights;
}
