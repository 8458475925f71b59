/** Files for torch: read back by our own reader, by torch, and by the code that OpenAI published (on PYTHONPATH). */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { ModelOptions } from "@/lib/diffusion/model/model-options";
import { ModelSessions } from "@/lib/diffusion/model/model-sessions";
import { modelTensors } from "@/lib/diffusion/model/model-tensors";
import { openModel } from "@/lib/diffusion/model/open-model";
import { Random } from "@/lib/numerics/random";
import { writeZip } from "@/lib/platform/storage/write-zip";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import { streamOf, type TensorStream, type TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import { torchEntries } from "@/lib/tensor-files/torch-entries";
import { relativeError } from "@/lib/verification/relative-error";
import {
  modelWithRandomWeights,
  smallBaseOptions,
  smallUpsamplerOptions,
} from "@/tests/lib/diffusion/model/small-models";
import { useTemporaryFolder } from "./temporary-folder";

const temporary = useTemporaryFolder();

async function write(path: string, tensors: TensorStream): Promise<string> {
  await writeZip(path, torchEntries(tensors), { message: "Too large.", remedy: "" });
  return path;
}

const tensors = new Map<string, TensorToWrite>([
  ["matrix", { dtype: "float32", shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 1e-30, -1e30) }],
  ["half", { dtype: "float16", shape: [3], data: Float32Array.of(1, -0.5, 65504) }],
  ["brain", { dtype: "bfloat16", shape: [1], data: Float32Array.of(2) }],
  ["scalar", { dtype: "float64", shape: [], data: Float64Array.of(Math.PI) }],
  ["whole", { dtype: "int64", shape: [2], data: BigInt64Array.of(-1n, 2n ** 40n) }],
  ["flags", { dtype: "bool", shape: [2], data: Uint8Array.of(1, 0) }],
  ["nothing", { dtype: "int32", shape: [0, 4], data: new Int32Array() }],
]);

it("is read back as it was written", async () => {
  const checkpoint = await openCheckpoint(await write(join(temporary.path, "all.pt"), streamOf(tensors)));
  expect(checkpoint.format).toBe("torch-zip");
  expect([...checkpoint.tensors.keys()]).toEqual([...tensors.keys()]);
  for (const [name, tensor] of tensors) expect(await checkpoint.read(name)).toEqual(tensor);
  await checkpoint.close();
});

/** Debian's python3-torch belongs to the second, which another Python may hide on the path. */
function findPython(module: string): string | null {
  for (const interpreter of ["python3", "/usr/bin/python3"]) {
    try {
      execFileSync(interpreter, ["-c", `import torch, ${module}`], { stdio: "ignore" });
      return interpreter;
    } catch {}
  }
  return null;
}

const torchPython = findPython("torch");
const publishedPython = torchPython && findPython("glide_text2im.model_creation");

it("is read by torch", async ({ skip }) => {
  if (torchPython === null) return skip("no Python with torch was found (Debian: python3-torch)");
  const path = await write(join(temporary.path, "for-torch.pt"), streamOf(tensors));
  const script = `import sys, torch
for name, tensor in torch.load(sys.argv[1]).items():
    print(name, tensor.dtype, tuple(tensor.shape), tensor.is_contiguous(), tensor.tolist())`;
  expect(execFileSync(torchPython, ["-c", script, path], { encoding: "utf8" }).trim().split("\n")).toEqual([
    "matrix torch.float32 (2, 3) True [[1.0, -2.0, 3.5], [0.0, 1.0000000031710769e-30, -1.0000000150474662e+30]]",
    "half torch.float16 (3,) True [1.0, -0.5, 65504.0]",
    "brain torch.bfloat16 (1,) True [2.0]",
    "scalar torch.float64 () True 3.141592653589793",
    "whole torch.int64 (2,) True [-1, 1099511627776]",
    "flags torch.bool (2,) True [True, False]",
    "nothing torch.int32 (0, 4) True []",
  ]);
});

it.for<[string, ModelOptions]>([
  ["base", smallBaseOptions],
  ["upsampler", smallUpsamplerOptions],
  ["inpainting base", { ...smallBaseOptions, inpaint: true }],
])("is a model that the published code computes with as we do: %s", async ([name, options], { skip }) => {
  if (publishedPython === null) return skip("no Python with torch and glide_text2im was found");
  const folder = join(temporary.path, name);
  mkdirSync(folder);
  const path = await write(
    join(folder, "weights.pt"),
    await modelTensors(modelWithRandomWeights(options, 6), "float32"),
  );
  const side = options.image_size;
  const random = new Random(2, 0);
  const image = (sidePx: number): TensorToWrite & { data: Float32Array<ArrayBuffer> } => ({
    dtype: "float32",
    shape: [1, 3, sidePx, sidePx],
    data: Float32Array.from(random.normals(3 * sidePx ** 2)),
  });
  const x = image(side);
  const lowRes = options.super_res ? image(side / 4) : null;
  const known = options.inpaint
    ? { images: image(side), mask: Float32Array.from({ length: side ** 2 }, (_, at) => Number(at % 3 === 0)) }
    : null;
  const tokens = BigInt64Array.from({ length: options.text_ctx }, (_, at) => BigInt(at * 97 + 5));
  const mask = Uint8Array.from({ length: options.text_ctx }, (_, at) => Number(at < 7));
  await write(
    join(folder, "inputs.pt"),
    streamOf(
      new Map<string, TensorToWrite>([
        ["x", x],
        ["timesteps", { dtype: "int64", shape: [1], data: BigInt64Array.of(421n) }],
        ["tokens", { dtype: "int64", shape: [1, tokens.length], data: tokens }],
        ["mask", { dtype: "bool", shape: [1, mask.length], data: mask }],
        ...(lowRes ? ([["low_res", lowRes]] as const) : []),
        ...(known
          ? ([
              ["inpaint_image", known.images],
              ["inpaint_mask", { dtype: "float32", shape: [1, 1, side, side], data: known.mask }],
            ] as const)
          : []),
      ]),
    ),
  );
  // The published code knows neither of the two, and computes in half precision unless told otherwise.
  const { vocabulary_size: _rows, norm_groups: _groups, ...published } = { ...options, use_fp16: false };
  writeFileSync(join(folder, "options.json"), JSON.stringify(published));
  execFileSync(publishedPython, [join(import.meta.dirname, "published_forward.py"), folder]);
  const output = await openCheckpoint(join(folder, "output.pt"));
  const theirs = await output.readFloat32("output");
  await output.close();

  const sessions = new ModelSessions(await openModel(path, options));
  const ours = await sessions.predict({
    images: x.data,
    timesteps: [421],
    captions: [await sessions.encodeCaption({ tokens, mask, truncated: false })],
    known: known && { images: known.images.data, mask: known.mask },
    lowResImages: lowRes?.data ?? null,
  });
  await sessions.release();
  expect(relativeError(ours, theirs, name)).toBeLessThan(1e-5);
});
