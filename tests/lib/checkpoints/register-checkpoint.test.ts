import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { deleteCheckpoint } from "@/lib/checkpoints/delete-checkpoint";
import { listCheckpoints } from "@/lib/checkpoints/list-checkpoints";
import { listWeightSets, registerCheckpoint } from "@/lib/checkpoints/register-checkpoint";
import { presetOptions } from "@/lib/diffusion/model/model-presets";
import { parameterShapes } from "@/lib/diffusion/model/parameters";
import { blobStore, storeFile } from "@/lib/platform/storage/store-blob";
import type { TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
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
  const path = join(dataFolder, "imports", name);
  await writeSafetensors(path, tensors, {});
  return path;
}

const file = (path: string) => ({ kind: "file" as const, path });

describe("registering a checkpoint", () => {
  test("reads part, options and size from the file and keeps its bytes", async () => {
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

  test("rejects weights that are NaN or infinite, naming a tensor and how many there are", async () => {
    const path = await writeModel("diverged.safetensors", "base", (tensors) => {
      const { shape, data } = tensors.get("out.2.weight")!;
      const broken = (data as Float32Array).slice();
      broken[1] = Number.NaN;
      broken[2] = Number.POSITIVE_INFINITY;
      tensors.set("out.2.weight", { dtype: "float32", shape, data: broken });
      const bias = tensors.get("out.2.bias")!;
      const halves = new Float32Array(bias.data.length).fill(Number.NEGATIVE_INFINITY);
      tensors.set("out.2.bias", { dtype: "float16", shape: bias.shape, data: halves });
    });
    const failing = registerCheckpoint({ name: "diverged", source: file(path) });
    await expect(failing).rejects.toMatchObject({
      code: "invalid_file",
      message: expect.stringMatching(
        /^diverged\.safetensors: \d+ of the \d+ values of out\.2\.\w+ are NaN or infinite, and so/,
      ),
      details: {
        tensors: expect.arrayContaining([
          expect.objectContaining({ name: "out.2.weight", count: 2 }),
          expect.objectContaining({ name: "out.2.bias", count: 6, total: 6 }),
        ]),
      },
    });
  });

  test("rejects a quantised model, whose weights are whole numbers", async () => {
    const path = await writeModel("int8.safetensors", "base", (tensors) => {
      const { shape, data } = tensors.get("out.2.bias")!;
      tensors.set("out.2.bias", { dtype: "int8", shape, data: new Int8Array(data.length) });
    });
    await expect(registerCheckpoint({ name: "int8", source: file(path) })).rejects.toThrow(
      /tensor out\.2\.bias contains integers \(int8\)/,
    );
  });

  test("uses one of several sets of weights by its key, and says which one it uses without a key", async () => {
    const path = await writeModel("several.safetensors", "base", (tensors) => {
      for (const [name, tensor] of [...tensors]) {
        tensors.delete(name);
        tensors.set(`model.${name}`, tensor).set(`ema.${name}`, tensor);
      }
      tensors.set("step", { dtype: "int64", shape: [1], data: BigInt64Array.of(1n) });
    });
    expect((await listWeightSets(file(path))).map(({ key }) => key)).toEqual(["model", "ema"]);
    const plain = await registerCheckpoint({ name: "plain", source: file(path) });
    expect(plain.notes).toEqual([expect.stringMatching(/2 sets of weights\. Using “model”/)]);
    const average = await registerCheckpoint({ name: "average", source: file(path), key: "ema" });
    const keyOf = async (id: string) => (await db.checkpoint.findUniqueOrThrow({ where: { id } })).weightsKey;
    expect([await keyOf(plain.checkpointId), await keyOf(average.checkpointId)]).toEqual(["model", "ema"]);
    await expect(registerCheckpoint({ name: "none", source: file(path), key: "avg" })).rejects.toThrow(
      /no weights under the key “avg”/,
    );
  });

  test("accepts an uploaded file, and uses its original name in errors", async () => {
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
    ["a path that is not there", join(dataFolder, "imports/base.pt"), "not_found"],
    ["a relative path", "base.pt", "invalid_input"],
    ["a folder", join(dataFolder, "imports"), "invalid_input"],
    ["a file elsewhere", "/etc/passwd", "invalid_input"],
    ["a path elsewhere that is not there", "/no/such/base.pt", "invalid_input"],
  ])("refuses %s at its field", async (_case, path, code) => {
    await expect(registerCheckpoint({ name: "x", source: file(path) })).rejects.toMatchObject({
      code,
      details: { field: "path" },
    });
  });

  test("rejects options that are not JSON, and options that are not the file's", async () => {
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

  test("rejects a name in use before it reads the file", async () => {
    await expect(registerCheckpoint({ name: "tiny", source: file("/no/such/file") })).rejects.toMatchObject({
      code: "conflict",
      details: { field: "name" },
    });
  });
});

test("a model can be deleted only if nothing was made with it", async () => {
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
