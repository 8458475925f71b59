import { rm } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { getCaptionDrawing } from "@/jobs/draw-caption/get-drawing";
import { handle } from "@/jobs/draw-caption/handler";
import { drawCaptionJob } from "@/jobs/draw-caption/job";
import { startCaptionDrawing, startImageCompletion } from "@/jobs/draw-caption/start";
import { registerAdapter } from "@/lib/adapters/register-adapter";
import { registerCheckpoint } from "@/lib/checkpoints/register-checkpoint";
import { writeLora } from "@/lib/diffusion/lora/lora-adapter";
import { initialWeights } from "@/lib/diffusion/model/initial-weights";
import type { ModelOptions } from "@/lib/diffusion/model/model-options";
import { OPTIONS_METADATA_KEY } from "@/lib/diffusion/model/open-model";
import { keepTaughtRows } from "@/lib/diffusion/model/taught-tokens";
import { encodeCaption } from "@/lib/diffusion/model/tokenizer";
import { keepJobResult } from "@/lib/platform/jobs/job-result";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { readBlob } from "@/lib/platform/storage/store-blob";
import { toDrawCaptionInput } from "@/lib/samples/sample-fields";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { withTestDatabase } from "@/tests/database";
import { smallBaseOptions, smallUpsamplerOptions } from "@/tests/lib/diffusion/model/small-models";

const { db, dataFolder } = await withTestDatabase();
afterAll(async () => {
  await stopQueue();
  await rm(join(dataFolder, "models"), { recursive: true, force: true });
});

async function register(name: string, options: ModelOptions, taught: string): Promise<string> {
  const path = join(dataFolder, "imports", `${name}.safetensors`);
  const tensors = new Map(
    [...initialWeights(options, 1)].map(([key, { shape, data }]) => [
      key,
      { dtype: "float32" as const, shape, data: data as Float32Array<ArrayBuffer> },
    ]),
  );
  const tokens = [...encodeCaption(taught).tokens].map(Number);
  await writeSafetensors(path, keepTaughtRows(tensors, tokens), {
    [OPTIONS_METADATA_KEY]: JSON.stringify(options),
  });
  const { checkpointId } = await registerCheckpoint({ name, source: { kind: "file", path } });
  return checkpointId;
}

/** Adds to one weight of the small base. */
async function registerLora(name: string, adapted = "middle_block.1.proj_out.weight"): Promise<string> {
  const path = join(dataFolder, "imports", `${name}.safetensors`);
  const values = () => Float32Array.from({ length: 2 * 32 }, (_, at) => Math.sin(at * 1.7));
  await writeLora(path, { rank: 2, alpha: 4, pairs: new Map([[adapted, { a: values(), b: values() }]]) });
  const { adapterId } = await registerAdapter({ name, source: { kind: "file", path } });
  return adapterId;
}

test("a typed caption is drawn with intermediate images, and its untaught words are named", async () => {
  const baseCheckpointId = await register("base", smallBaseOptions, "a brown dog on grass");
  const upsamplerCheckpointId = await register("upsampler", smallUpsamplerOptions, "a brown dog on grass");
  const { drawingId } = await startCaptionDrawing({
    caption: "a brown zebra on grass, twice",
    baseCheckpointId,
    upsamplerCheckpointId,
    adapters: [{ adapterId: await registerLora("fur"), scale: 0.5 }],
    settings: { guidance: "none" },
    seed: 3,
  });
  expect(await getCaptionDrawing(drawingId)).toMatchObject({ state: "QUEUED", untaughtWords: null });
  const job = await db.job.findFirstOrThrow({ where: { subjectId: drawingId } });
  const notes: string[] = [];
  await handle(drawCaptionJob.payload.parse(job.payload), {
    signal: new AbortController().signal,
    lost: new AbortController().signal,
    provider: "cpu",
    report: async (_progress, note) => {
      notes.push(note ?? "");
    },
    keepResult: (result) => keepJobResult(drawCaptionJob, job.id, result),
  });
  const drawing = await getCaptionDrawing(drawingId);
  expect(drawing.untaughtWords).toEqual(["zebra", "twice"]);
  expect(notes).toEqual(["base, step 3 of 8", "base, step 6 of 8", "upsampler, step 3 of 4"]);
  expect(drawing).toMatchObject({ settings: { guidance: "none" }, adapters: [{ name: "fur", scale: 0.5 }] });
  const image = await readBlob(drawing.imageSha256!);
  const { width, comments } = await sharp(image).metadata();
  const { blobSha256 } = await db.adapter.findUniqueOrThrow({ where: { name: "fur" } });
  expect(JSON.stringify(comments)).toContain(blobSha256);
  expect(width).toBe(smallUpsamplerOptions.image_size);
  expect(await db.blob.count({ where: { mediaType: "image/png" } })).toBeGreaterThan(2);
}, 120_000);

test("a model of the other part is rejected, with the field", async () => {
  const { id } = await db.checkpoint.findFirstOrThrow({ where: { part: "UPSAMPLER" } });
  await expect(
    startCaptionDrawing({ caption: "a dog", baseCheckpointId: id, upsamplerCheckpointId: null, seed: 0 }),
  ).rejects.toMatchObject({ code: "invalid_input", details: { field: "baseCheckpointId" } });
});

test("what cannot guide or adapt the base is rejected, with the field or the remedy", async () => {
  const { id } = await db.checkpoint.findUniqueOrThrow({ where: { name: "base" } });
  const drawing = { caption: "a dog", baseCheckpointId: id, upsamplerCheckpointId: null, seed: 0 };
  const adapterId = await registerLora("of another model", "middle_block.7.proj_out.weight");
  await expect(
    startCaptionDrawing({ ...drawing, adapters: [{ adapterId, scale: 1 }] }),
  ).rejects.toMatchObject({ code: "invalid_input", details: { field: "adapters" } });
  await expect(
    startCaptionDrawing({ ...drawing, settings: { guidance: "both", clipGuidanceScale: 1 } }),
  ).rejects.toMatchObject({ code: "missing_weights" });
});

test("a form without CLIP guidance sends no scale for it", () => {
  const values = {
    caption: "a dog",
    baseCheckpointId: "",
    upsamplerCheckpointId: null,
    adapters: [],
    seed: 0,
  };
  const scales = { guidanceScale: 3, clipGuidanceScale: 10 };
  const sent = (guidance: "classifier-free" | "clip") =>
    toDrawCaptionInput({ ...values, settings: { guidance, ...scales } }).settings;
  expect(sent("classifier-free")).toEqual({ guidance: "classifier-free", guidanceScale: 3 });
  expect(sent("clip")).toEqual({ guidance: "clip", ...scales });
});

test("a small upsampler starts from the enlarged image, one of GLIDE's width from noise", async () => {
  const baseCheckpointId = await register("base of both", smallBaseOptions, "a dog");
  const upsamplerCheckpointId = await register("small upsampler", smallUpsamplerOptions, "a dog");
  const upsampling = async () => {
    const { drawingId } = await startCaptionDrawing({
      caption: "a dog",
      baseCheckpointId,
      upsamplerCheckpointId,
      seed: 0,
    });
    const { payload } = await db.job.findFirstOrThrow({ where: { subjectId: drawingId } });
    const { upsampleSampler, upsampleStrength } = drawCaptionJob.payload.parse(payload).settings;
    return { upsampleSampler, upsampleStrength };
  };
  expect(await upsampling()).toEqual({ upsampleSampler: "unipc", upsampleStrength: 0.5 });
  await db.checkpoint.update({
    where: { id: upsamplerCheckpointId },
    data: { options: { ...smallUpsamplerOptions, num_channels: 192 } },
  });
  expect(await upsampling()).toEqual({ upsampleSampler: "unipc", upsampleStrength: 1 });
});

test("images are completed by an inpainting base, from existing files", async () => {
  const files = { imageSha256: "a".repeat(64), maskSha256: "b".repeat(64) };
  const drawing = { caption: "a dog", upsamplerCheckpointId: null, seed: 0, inpaint: files };
  const { id } = await db.checkpoint.findUniqueOrThrow({ where: { name: "base" } });
  await expect(startImageCompletion({ ...drawing, baseCheckpointId: id })).rejects.toMatchObject({
    message: "“base” cannot complete images.",
    details: { field: "baseCheckpointId" },
  });
  const baseCheckpointId = await register("inpainting", { ...smallBaseOptions, inpaint: true }, "a dog");
  await expect(startImageCompletion({ ...drawing, baseCheckpointId })).rejects.toMatchObject({
    code: "not_found",
  });
});
