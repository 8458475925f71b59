import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { deleteCheckpoint } from "@/lib/checkpoints/delete-checkpoint";
import { listCheckpoints } from "@/lib/checkpoints/list-checkpoints";
import { registerCheckpoint } from "@/lib/checkpoints/register-checkpoint";
import { type TensorToWrite, writeSafetensors } from "@/lib/diffusion/checkpoints/write-safetensors";
import { parameterShapes } from "@/lib/diffusion/model/parameters";
import { presetOptions } from "@/lib/diffusion/model-presets";
import { blobStore, storeFile } from "@/lib/storage/store-blob";
import { withTestDatabase } from "@/tests/database";

const { db, dataFolder } = await withTestDatabase();

/** A file with the tensors of the tiny model, all zero, changed as asked. */
async function writeModel(
  name: string,
  part: "base" | "upsampler" = "base",
  change: (tensors: Map<string, TensorToWrite>) => void = () => {},
): Promise<string> {
  const tensors = new Map<string, TensorToWrite>();
  for (const [tensor, shape] of parameterShapes(presetOptions("tiny", part))) {
    const length = shape.reduce((product, size) => product * size, 1);
    tensors.set(tensor, { dtype: "float32", shape, data: new Float32Array(length) });
  }
  change(tensors);
  const path = join(dataFolder, name);
  await writeSafetensors(path, tensors, {});
  return path;
}

const file = (path: string) => ({ kind: "file" as const, path });

describe("registering a checkpoint", () => {
  test("reads part, options and size off the file and keeps its bytes", async () => {
    const path = await writeModel("base.safetensors");
    const { checkpointId, part } = await registerCheckpoint({ name: "tiny", source: file(path) });
    expect(part).toBe("BASE");
    const { checkpoints } = await listCheckpoints({ part: "BASE" });
    const shapes = [...parameterShapes(presetOptions("tiny", "base")).values()];
    expect(checkpoints).toMatchObject([
      {
        id: checkpointId,
        format: "safetensors",
        imageSizePx: 64,
        tensorCount: shapes.length,
        parameterCount: shapes.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0),
        fineTune: null,
      },
    ]);
    expect(await blobStore().has(checkpoints[0]!.sha256)).toBe(true);
  });

  test("tells upsamplers from base models", async () => {
    const path = await writeModel("up.safetensors", "upsampler");
    expect(await registerCheckpoint({ name: "up", source: file(path) })).toMatchObject({ part: "UPSAMPLER" });
  });

  test("takes an uploaded file, and calls it by its uploader's name in errors", async () => {
    const good = await storeFile(await writeModel("good"), { mediaType: "application/octet-stream" });
    const upload = { kind: "upload" as const, name: "mine.safetensors", sha256: good.sha256 };
    await registerCheckpoint({ name: "uploaded", source: upload });
    const path = join(dataFolder, "bad");
    writeFileSync(path, "no weights at all");
    const bad = await storeFile(path, { mediaType: "application/octet-stream" });
    const failing = registerCheckpoint({
      name: "bad",
      source: { ...upload, name: "theirs.pt", sha256: bad.sha256 },
    });
    await expect(failing).rejects.toMatchObject({
      code: "unsupported_file",
      message: expect.stringMatching(/^theirs\.pt/),
    });
  });

  test("names the tensor whose shape is wrong", async () => {
    const path = await writeModel("wrong.safetensors", "base", (tensors) => {
      tensors.set("out.2.bias", { dtype: "float32", shape: [7], data: new Float32Array(7) });
    });
    await expect(registerCheckpoint({ name: "wrong", source: file(path) })).rejects.toMatchObject({
      code: "shape_mismatch",
      message: expect.stringContaining("out.2.bias has shape [7]"),
    });
  });

  test("names a tensor that is missing", async () => {
    const path = await writeModel("less.safetensors", "base", (tensors) => tensors.delete("out.2.bias"));
    await expect(registerCheckpoint({ name: "less", source: file(path) })).rejects.toMatchObject({
      code: "missing_tensor",
      message: expect.stringContaining("out.2.bias"),
    });
  });

  test.each([
    ["a path that is not there", "/no/such/base.pt", "not_found"],
    ["a relative path", "base.pt", "not_found"],
    ["a folder", "/tmp", "not_found"],
  ])("refuses %s at its field", async (_case, path, code) => {
    await expect(registerCheckpoint({ name: "x", source: file(path) })).rejects.toMatchObject({
      code,
      details: { field: "path" },
    });
  });

  test("refuses options that are no JSON, and options that are not the file's", async () => {
    const path = await writeModel("options.safetensors");
    await expect(registerCheckpoint({ name: "o", source: file(path), options: "{" })).rejects.toMatchObject({
      details: { field: "options" },
    });
    const wider = JSON.stringify({ image_size: 64, num_channels: 192 });
    await expect(registerCheckpoint({ name: "o", source: file(path), options: wider })).rejects.toMatchObject(
      {
        code: expect.stringMatching(/shape_mismatch|missing_tensor/),
      },
    );
  });

  test("refuses a name in use before it reads the file", async () => {
    await expect(registerCheckpoint({ name: "tiny", source: file("/no/such/file") })).rejects.toMatchObject({
      code: "conflict",
      details: { field: "name" },
    });
  });
});

test("a model is deleted only when nothing was made with it", async () => {
  const { checkpointId } = await registerCheckpoint({
    name: "used",
    source: file(await writeModel("used.safetensors")),
  });
  const { id: datasetId } = await db.dataset.create({ data: { name: "d" } });
  const run = await db.fineTune.create({
    data: { name: "f", part: "BASE", datasetId, startCheckpointId: checkpointId, settings: {} },
  });
  await expect(deleteCheckpoint(checkpointId)).rejects.toMatchObject({ code: "conflict" });
  await db.fineTune.delete({ where: { id: run.id } });
  await deleteCheckpoint(checkpointId);
  expect(await db.checkpoint.count({ where: { id: checkpointId } })).toBe(0);
});
