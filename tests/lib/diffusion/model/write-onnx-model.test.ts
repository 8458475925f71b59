/** Models that leave as ONNX: ONNX Runtime, without Semblance, computes from the files what our sessions compute. */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { expect, it } from "vitest";
import { buildTextGraph } from "@/lib/diffusion/model/model-graphs";
import { type ModelOptions, parseModelOptions } from "@/lib/diffusion/model/model-options";
import { ModelSessions } from "@/lib/diffusion/model/model-sessions";
import type { ModelSource } from "@/lib/diffusion/model/open-model";
import { writeOnnxModel } from "@/lib/diffusion/model/write-onnx-model";
import { createSession } from "@/lib/engine/runtime/session";
import { Random } from "@/lib/numerics/random";
import { relativeError } from "@/lib/verification/relative-error";
import { useTemporaryFolder } from "@/tests/lib/tensor-files/temporary-folder";
import { modelWithRandomWeights, smallBaseOptions, smallUpsamplerOptions } from "./small-models";

const temporary = useTemporaryFolder();
const timestep = 637;

async function exported(name: string, model: ModelSource): Promise<string> {
  const folder = join(temporary.path, name);
  mkdirSync(folder);
  await writeOnnxModel(model, folder);
  return folder;
}

async function run(path: string, feeds: Record<string, ort.Tensor>) {
  const session = await ort.InferenceSession.create(path);
  expect(session.inputNames).toEqual(Object.keys(feeds));
  const results = await session.run(feeds);
  await session.release();
  return results;
}

const normals = (length: number, stream: number) =>
  Float32Array.from(new Random(5, stream).normals(length), (value) => Math.max(-1, Math.min(1, value)));

const inpaintingOptions = parseModelOptions({ ...smallBaseOptions, inpaint: true });

it.each<[string, ModelOptions]>([
  ["base", smallBaseOptions],
  ["upsampler", smallUpsamplerOptions],
  ["inpainting", inpaintingOptions],
])("%s", async (name, options) => {
  const model = modelWithRandomWeights(options, 4);
  const folder = await exported(name, model);
  expect(readdirSync(folder).sort()).toEqual([
    "text-encoder.onnx",
    "text-encoder.onnx.data",
    "unet.onnx",
    "unet.onnx.data",
  ]);

  const tokens = BigInt64Array.from({ length: 16 }, (_, index) => BigInt(3 + index * 71));
  const mask = Uint8Array.from({ length: 16 }, (_, index) => Number(index < 9));
  const side = options.image_size;
  const images = normals(3 * side ** 2, 1);
  const lowRes = options.super_res ? normals(3 * (side / 4) ** 2, 2) : null;
  const known = options.inpaint
    ? {
        images: normals(3 * side ** 2, 3),
        mask: Float32Array.from({ length: side ** 2 }, (_, at) => Number(at % 3 === 0)),
      }
    : null;

  const sessions = new ModelSessions(model);
  const caption = await sessions.encodeCaption({ tokens, mask, truncated: false });
  const textGraph = buildTextGraph(options, 1)!;
  const textSession = await createSession(textGraph, {
    weights: await model.loadWeights(textGraph.parameters.keys()),
  });
  const expected = (await textSession.run({ tokens, text_mask: mask })) as Record<string, Float32Array>;
  await textSession.release();
  const prediction = await sessions.predict({
    images,
    timesteps: [timestep],
    captions: [caption],
    known,
    lowResImages: lowRes,
  });
  await sessions.release();

  const text = await run(join(folder, "text-encoder.onnx"), {
    tokens: new ort.Tensor("int64", tokens, [1, 16]),
    text_mask: new ort.Tensor("bool", mask, [1, 16]),
  });
  for (const name of ["text_pooled", "text_states"]) {
    expect(relativeError(text[name]!.data as Float32Array, expected[name]!, name)).toBeLessThan(1e-5);
  }
  const image = (data: Float32Array, channels: number, sidePx: number) =>
    new ort.Tensor("float32", data, [1, channels, sidePx, sidePx]);
  const unet = await run(join(folder, "unet.onnx"), {
    text_pooled: text.text_pooled!,
    text_states: text.text_states!,
    timesteps: new ort.Tensor("int64", BigInt64Array.of(BigInt(timestep)), [1]),
    noisy_images: image(images, 3, side),
    ...(known && {
      known_images: image(known.images, 3, side),
      known_mask: image(known.mask, 1, side),
    }),
    ...(lowRes && { low_res_images: image(lowRes, 3, side / 4) }),
  });
  expect(unet.prediction!.dims).toEqual([1, 6, side, side]);
  expect(relativeError(unet.prediction!.data as Float32Array, prediction, "prediction")).toBeLessThan(1e-5);
});

it("writes a model without text as a UNet alone", async () => {
  const folder = await exported("plain", modelWithRandomWeights({ ...smallBaseOptions, xf_width: 0 }, 4));
  expect(readdirSync(folder).sort()).toEqual(["unet.onnx", "unet.onnx.data"]);
});

it("leaves files alone that are there", async () => {
  const model = modelWithRandomWeights(smallBaseOptions, 4);
  const folder = await exported("twice", model);
  await expect(writeOnnxModel(model, folder)).rejects.toThrow(/EEXIST/);
});
