/** Exports of a small model: asked for, made by the real engine process, downloaded, computed with, and removed. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { handle } from "@/jobs/export-model/handler";
import { exportModelJob } from "@/jobs/export-model/job";
import { expireModelExports, findExportedFile, listModelExports } from "@/jobs/export-model/list-exports";
import { startModelExport } from "@/jobs/export-model/start";
import type { ExportFormat } from "@/lib/checkpoints/export-formats";
import { registerCheckpoint } from "@/lib/checkpoints/register-checkpoint";
import { ModelSessions } from "@/lib/diffusion/model/model-sessions";
import { OPTIONS_METADATA_KEY, openModel } from "@/lib/diffusion/model/open-model";
import { parameterShapes } from "@/lib/diffusion/model/parameters";
import type { WeightSource } from "@/lib/engine/graph/weights";
import { dataPaths } from "@/lib/env";
import { Random } from "@/lib/numerics/random";
import { keepJobResult } from "@/lib/platform/jobs/job-result";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { blobStore, readBlob } from "@/lib/platform/storage/store-blob";
import { sweepBlobs } from "@/lib/platform/storage/sweep-blobs";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { relativeError } from "@/lib/verification/relative-error";
import { withTestDatabase } from "@/tests/database";
import { modelWithRandomWeights, smallBaseOptions } from "@/tests/lib/diffusion/model/small-models";

const { db, dataFolder } = await withTestDatabase();
afterAll(() => stopQueue());

const dayMs = 24 * 3600_000;
const model = modelWithRandomWeights(smallBaseOptions, 1);
let weights: WeightSource;
let checkpointId: string;

beforeAll(async () => {
  weights = await model.loadWeights(parameterShapes(smallBaseOptions).keys());
  checkpointId = await register("fur & snow", weights);
});

async function register(name: string, source: WeightSource): Promise<string> {
  mkdirSync(dataPaths().imports, { recursive: true });
  const path = join(dataPaths().imports, `${name}.safetensors`);
  const tensors = [...source].map(([tensor, { shape, data }]) => {
    return [tensor, { dtype: "float32" as const, shape, data: data as Float32Array<ArrayBuffer> }] as const;
  });
  const metadata = { [OPTIONS_METADATA_KEY]: JSON.stringify(smallBaseOptions) };
  await writeSafetensors(path, new Map(tensors), metadata);
  return (await registerCheckpoint({ name, source: { kind: "file", path } })).checkpointId;
}

/** As a worker does it. @returns the files, by name */
async function make(format: ExportFormat, of = checkpointId) {
  const { jobId } = await startModelExport({ checkpointId: of, format });
  const { signal } = new AbortController();
  try {
    await handle(
      { checkpointId: of, format },
      {
        signal,
        lost: signal,
        provider: "cpu",
        report: () => {},
        keepResult: (result) => keepJobResult(exportModelJob, jobId, result),
      },
    );
    await db.job.update({ where: { id: jobId }, data: { state: "SUCCEEDED", finishedAt: new Date() } });
  } catch (error) {
    await db.job.update({ where: { id: jobId }, data: { state: "FAILED", finishedAt: new Date() } });
    throw error;
  }
  const made = (await listModelExports(of)).find((each) => each.format === format)!;
  return new Map(made.files.map((file) => [file.name, file]));
}

test("the same export is not made twice at once, and none of a model that is not there", async () => {
  const { jobId } = await startModelExport({ checkpointId, format: "onnx" });
  await expect(startModelExport({ checkpointId, format: "onnx" })).rejects.toThrow(
    "This export is being made already.",
  );
  await db.job.update({ where: { id: jobId }, data: { state: "CANCELLED", finishedAt: new Date() } });
  const gone = crypto.randomUUID();
  await expect(startModelExport({ checkpointId: gone, format: "pt" })).rejects.toThrow("no such model");
  expect(exportModelJob.payload.safeParse({ checkpointId, format: "toString" }).success).toBe(false);
});

test("a torch file holds exactly the model's weights, and its card the file's hash", async () => {
  const files = await make("pt");
  expect([...files.keys()]).toEqual(["fur-snow.pt", "fur-snow.pt.md"]);
  const { sha256, bytes } = files.get("fur-snow.pt")!;
  expect((await readBlob(files.get("fur-snow.pt.md")!.sha256)).toString()).toContain(
    `| fur-snow.pt | ${bytes} | ${sha256} |`,
  );
  const { path, release } = await blobStore().toLocalFile(sha256);
  const exported = await openModel(path, smallBaseOptions);
  expect(exported.format).toBe("torch-zip");
  expect(await exported.loadWeights(weights.keys())).toEqual(new Map(weights));
  await release();
  expect(readdirSync(dataPaths().runs)).toEqual([]);
});

test("ONNX files leave in one zip file, and ONNX Runtime computes from them what we compute", async () => {
  const files = await make("onnx");
  expect([...files.keys()]).toEqual(["fur-snow-onnx.zip"]);
  const entries = unzipSync(await readBlob(files.get("fur-snow-onnx.zip")!.sha256));
  const graphs = ["text-encoder.onnx", "text-encoder.onnx.data", "unet.onnx", "unet.onnx.data"];
  expect(Object.keys(entries).sort()).toEqual(["README.md", ...graphs]);
  const folder = join(dataFolder, "unpacked");
  mkdirSync(folder);
  for (const name of graphs) writeFileSync(join(folder, name), entries[name]!);

  const tokens = BigInt64Array.from({ length: 16 }, (_, index) => BigInt(3 + index * 71));
  const mask = Uint8Array.from({ length: 16 }, (_, index) => Number(index < 9));
  const images = Float32Array.from(new Random(5, 1).normals(3 * 16 ** 2));
  const textSession = await ort.InferenceSession.create(join(folder, "text-encoder.onnx"));
  const text = await textSession.run({
    tokens: new ort.Tensor("int64", tokens, [1, 16]),
    text_mask: new ort.Tensor("bool", mask, [1, 16]),
  });
  const unet = await ort.InferenceSession.create(join(folder, "unet.onnx"));
  const { prediction } = await unet.run({
    text_pooled: text.text_pooled!,
    text_states: text.text_states!,
    timesteps: new ort.Tensor("int64", BigInt64Array.of(421n), [1]),
    noisy_images: new ort.Tensor("float32", images, [1, 3, 16, 16]),
  });
  await textSession.release();
  await unet.release();
  const sessions = new ModelSessions(model);
  const expected = await sessions.predict({
    images,
    timesteps: [421],
    captions: [await sessions.encodeCaption({ tokens, mask, truncated: false })],
    known: null,
    lowResImages: null,
  });
  await sessions.release();
  expect(relativeError(prediction!.data as Float32Array, expected, "prediction")).toBeLessThan(1e-5);
});

test("half precision is refused for weights that it does not hold, which are named", async () => {
  const large = { shape: [128], data: new Float32Array(128).fill(70_000) };
  const other = await register("large", new Map([...weights, ["time_embed.0.bias", large]]));
  await expect(make("pt-half", other)).rejects.toThrow(/time_embed\.0\.bias: values beyond ±65504/);
  expect(readdirSync(dataPaths().runs)).toEqual([]);
});

test("files stay for a week, then the sweep takes them; those of a deleted model go at once", async () => {
  const name = "fur-snow-half.safetensors";
  const { sha256 } = (await make("safetensors-half")).get(name)!;
  const { path, release } = await blobStore().toLocalFile(sha256);
  const exported = await (await openModel(path)).loadWeights(weights.keys());
  for (const [tensor, { data }] of exported) {
    const wanted = weights.get(tensor)!.data;
    // Below 2⁻¹⁴ float16 has steps of 2⁻²⁴.
    const tolerance = (at: number) => 2 ** -11 * Math.max(Math.abs(wanted[at]!), 2 ** -14);
    expect(data.every((value, at) => Math.abs(value - wanted[at]!) <= tolerance(at))).toBe(true);
  }
  await release();

  const later = new Date(Date.now() + dayMs);
  await expireModelExports();
  await sweepBlobs(later, new Set([sha256]));
  expect(await findExportedFile(checkpointId, sha256)).toMatchObject({ name });
  await expect(findExportedFile(crypto.randomUUID(), sha256)).rejects.toThrow("There is no such file.");
  await expireModelExports(new Date(Date.now() + 8 * dayMs));
  await expect(findExportedFile(checkpointId, sha256)).rejects.toThrow("There is no such file.");
  expect((await listModelExports(checkpointId)).every(({ files }) => files.length === 0)).toBe(true);
  await sweepBlobs(later, new Set([sha256]));
  expect(await blobStore().has(sha256)).toBe(false);
  // Weights themselves are no export.
  const { blobSha256 } = await db.checkpoint.findUniqueOrThrow({ where: { id: checkpointId } });
  expect(await blobStore().has(blobSha256)).toBe(true);

  const { jobId } = await startModelExport({ checkpointId, format: "safetensors" });
  await keepJobResult(exportModelJob, jobId, { files: [{ name: "x", bytes: 1, sha256: "e".repeat(64) }] });
  await db.job.update({ where: { id: jobId }, data: { state: "SUCCEEDED", finishedAt: new Date() } });
  await db.checkpoint.delete({ where: { id: checkpointId } });
  await expireModelExports();
  expect(await db.jobBlob.count({ where: { sha256: "e".repeat(64) } })).toBe(0);
});
