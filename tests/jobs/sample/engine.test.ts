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

test("an image's PNG says by itself which files, software, caption, seed and settings drew it", async () => {
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

test("an image that CLIP guided names its files, by hash", async () => {
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
