import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "@/jobs/sample/engine";
import { readImageRecord } from "@/jobs/sample/image-record";
import { initialWeights } from "@/lib/diffusion/model/initial-weights";
import type { ModelOptions } from "@/lib/diffusion/model/model-options";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import manifest from "@/package.json";
import { smallBaseOptions, smallUpsamplerOptions } from "@/tests/lib/diffusion/model/small-models";
import { smallClipOptions, writeRandomClip } from "@/tests/lib/diffusion/noised-clip/random-clip";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-sample-task-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function writeModel(name: string, options: ModelOptions) {
  const tensors = [...initialWeights(options, 1)].map(
    ([key, { shape, data }]) =>
      [key, { dtype: "float32" as const, shape, data: data as Float32Array<ArrayBuffer> }] as const,
  );
  const path = join(folder, name);
  await writeSafetensors(path, new Map(tensors), {});
  return {
    path,
    sha256: createHash("sha256")
      .update(await readFile(path))
      .digest("hex"),
  };
}

test("a sample's PNG records the files, software, caption, seed and settings that drew it", async () => {
  const base = await writeModel("base.safetensors", smallBaseOptions);
  const upsampler = await writeModel("upsampler.safetensors", smallUpsamplerOptions);
  const settings = sampleSettings.parse({ steps: 1, upsampleRespacing: "1", guidanceScale: 2 });
  const known = "c".repeat(64);
  await run(
    {
      baseWeightsPath: base.path,
      baseOptions: smallBaseOptions,
      upsamplerWeightsPath: upsampler.path,
      upsamplerSha256: known,
      upsamplerOptions: smallUpsamplerOptions,
      requests: [{ captionId: "one", caption: "a café, “twice”", seed: 4 }],
      settings,
      outputDirectory: folder,
      provider: "cpu",
    },
    () => {},
    new AbortController().signal,
  );
  const png = await readFile(join(folder, "one-4.png"));
  const record = readImageRecord(png);
  expect(record).toMatchObject({
    software: { name: "semblance", version: manifest.version },
    models: {
      base: { sha256: base.sha256, options: smallBaseOptions },
      // What the caller knows is not read again.
      upsampler: { sha256: known, options: smallUpsamplerOptions },
    },
    caption: "a café, “twice”",
    seed: "4",
    settings: {
      sampler: "dpm-solver++",
      steps: 1,
      guidanceScale: 2,
      upsampleRespacing: "1",
      upsampleTemperature: 0.997,
      upsampleStrength: 1,
    },
    provider: "cpu",
  });
  expect(JSON.parse(await readFile(join(folder, "one-4.json"), "utf8"))).toEqual(record);
  expect(readImageRecord(await readFile(join(folder, "one-4-base.png")))).toEqual(record);
  // The text leaves the image readable.
  expect(await sharp(png).metadata()).toMatchObject({ width: 64, height: 64 });
  expect(readImageRecord(await sharp(png).png().toBuffer())).toBeNull();
});

test("an image drawn with CLIP guidance records the CLIP's files by hash", async () => {
  const base = await writeModel("guided-base.safetensors", smallBaseOptions);
  const clip = await writeRandomClip(folder, smallClipOptions);
  await run(
    {
      baseWeightsPath: base.path,
      baseOptions: smallBaseOptions,
      requests: [{ captionId: "guided", caption: "a corgi", seed: 1 }],
      settings: sampleSettings.parse({ steps: 2, guidance: "both", clipGuidanceScale: 0.01 }),
      clip: { ...clip, textSha256: "d".repeat(64) },
      outputDirectory: folder,
      provider: "cpu",
    },
    () => {},
    new AbortController().signal,
  );
  const record = readImageRecord(await readFile(join(folder, "guided-1.png")));
  expect(record?.settings).toMatchObject({ guidance: "both", clipGuidanceScale: 0.01 });
  expect(record?.models.clip).toEqual({
    imageSha256: createHash("sha256")
      .update(await readFile(clip.image))
      .digest("hex"),
    textSha256: "d".repeat(64),
  });
});

test("a completed image keeps the known pixels at both sizes, and records the files", async () => {
  const inpaint = { inpaint: true };
  const baseOptions = { ...smallBaseOptions, ...inpaint };
  const upsamplerOptions = { ...smallUpsamplerOptions, ...inpaint };
  const base = await writeModel("inpaint-base.safetensors", baseOptions);
  const upsampler = await writeModel("inpaint-upsampler.safetensors", upsamplerOptions);
  const [imagePath, maskPath] = [join(folder, "photo.png"), join(folder, "mask.png")];
  await sharp({ create: { width: 96, height: 64, channels: 3, background: "#3080c0" } })
    .png()
    .toFile(imagePath);
  const white = { create: { width: 40, height: 64, channels: 3 as const, background: "#ffffff" } };
  await sharp({ create: { width: 96, height: 64, channels: 3, background: "#000000" } })
    .composite([{ input: await sharp(white).png().toBuffer(), left: 0, top: 0 }])
    .png()
    .toFile(maskPath);
  const input = {
    baseWeightsPath: base.path,
    baseOptions,
    upsamplerWeightsPath: upsampler.path,
    upsamplerOptions,
    requests: [{ captionId: "completed", caption: "a corgi", seed: 1 }],
    settings: sampleSettings.parse({ sampler: "ancestral", steps: 3, upsampleRespacing: "2" }),
    outputDirectory: folder,
    provider: "cpu" as const,
  };
  const draw = (given: object) => run({ ...input, ...given }, () => {}, new AbortController().signal);
  // As of a set with masks, where each caption has its own.
  const [first] = input.requests;
  await draw({ requests: [{ ...first!, inpaint: { imagePath, maskPath } }] });
  for (const [name, sizePx] of [
    ["completed-1-base.png", 16],
    ["completed-1.png", 64],
  ] as const) {
    const { data, info } = await sharp(join(folder, name)).raw().toBuffer({ resolveWithObject: true });
    expect(info.width).toBe(sizePx);
    const pixel = (x: number) => [...data.subarray(3 * x, 3 * x + 3)];
    // Of the middle square, the first 24 of 64 columns are redrawn.
    expect(pixel(sizePx - 1)).toEqual([0x30, 0x80, 0xc0]);
    expect(pixel(Math.ceil(sizePx * (24 / 64)))).toEqual([0x30, 0x80, 0xc0]);
    expect(pixel(0)).not.toEqual([0x30, 0x80, 0xc0]);
  }
  const record = readImageRecord(await readFile(join(folder, "completed-1.png")));
  expect(record?.inpaint?.maskSha256).toMatch(/^[0-9a-f]{64}$/);

  await expect(draw({ inpaint: { imagePath, maskPath: join(folder, "completed-1.png") } })).rejects.toThrow(
    "The mask completed-1.png is 64 × 64 px, but the image is 96 × 64 px.",
  );
  const ordinary = await writeModel("ordinary.safetensors", smallBaseOptions);
  await expect(
    draw({
      baseWeightsPath: ordinary.path,
      baseOptions: smallBaseOptions,
      upsamplerWeightsPath: null,
      inpaint: { imagePath, maskPath },
    }),
  ).rejects.toThrow("The base is no inpainting model: it cannot complete an image.");
});
