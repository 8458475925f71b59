import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ModelOptions } from "@/lib/diffusion/model/model-options";
import { presetOptions } from "@/lib/diffusion/model/model-presets";
import { OPTIONS_METADATA_KEY, openModel, readModelOptions } from "@/lib/diffusion/model/open-model";
import { parameterShapes } from "@/lib/diffusion/model/parameters";

const plainBase = fileURLToPath(new URL("../../../reference/plain-base", import.meta.url));

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-model-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A safetensors file of zeros: its name tells `openModel` nothing. */
async function writeZeros(options: ModelOptions, metadata: Record<string, string>): Promise<string> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, shape] of parameterShapes(options)) {
    const start = end;
    end += 4 * shape.reduce((product, size) => product * size, 1);
    header[name] = { dtype: "F32", shape, data_offsets: [start, end] };
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const path = join(folder, "weights.safetensors");
  await writeFile(path, Buffer.concat([length, text, Buffer.alloc(end)]));
  return path;
}

describe("openModel", () => {
  const options: ModelOptions = {
    ...presetOptions("tiny", "base"),
    channel_mult: "1,1",
    image_size: 16,
    attention_resolutions: "8",
    vocabulary_size: 64,
  };

  it("infers the options if they are not stated", async () => {
    const model = await openModel(await writeZeros(options, {}));
    expect(model.options).toEqual(options);
  });

  it("prefers the options in the file's metadata to inferred ones", async () => {
    const stated = { ...options, noise_schedule: "linear", xf_heads: 8 };
    const path = await writeZeros(options, { [OPTIONS_METADATA_KEY]: JSON.stringify(stated) });
    expect((await openModel(path)).options).toEqual(stated);
  });

  it("prefers the caller's options to all others", async () => {
    const path = await writeZeros(options, { [OPTIONS_METADATA_KEY]: "{}" });
    const wanted = { ...options, xf_heads: 2 };
    expect((await openModel(path, wanted)).options).toBe(wanted);
  });

  it("rejects metadata that is not JSON, and options that are not those of the tensors", async () => {
    const damaged = await writeZeros(options, { [OPTIONS_METADATA_KEY]: "{" });
    await expect(openModel(damaged)).rejects.toThrow(
      "weights.safetensors: the model options are not valid JSON.",
    );
    await expect(openModel(damaged, { ...options, num_channels: 64 })).rejects.toThrow(
      "weights.safetensors: tensor transformer_proj.weight has shape [128, 32], but the options require [256, 32].",
    );
  });

  it("loads only the requested tensors", async () => {
    const model = await openModel(`${plainBase}.pt`, await readModelOptions(`${plainBase}.json`));
    const weights = await model.loadWeights(["out.2.bias", "out.2.weight"]);
    expect([...weights.keys()]).toEqual(["out.2.bias", "out.2.weight"]);
    expect(weights.get("out.2.weight")!.shape).toEqual([6, 32, 3, 3]);
    expect(weights.get("out.2.weight")!.data.some((value) => value !== 0)).toBe(true);
  });
});

describe("readModelOptions", () => {
  it("names the file whose JSON is damaged, and the file that is absent", async () => {
    const path = join(folder, "options.json");
    await writeFile(path, '{"image_size": ');
    await expect(readModelOptions(path)).rejects.toThrow(
      "options.json: the model options are not valid JSON.",
    );
    await expect(readModelOptions(join(folder, "none.json"))).rejects.toThrow(
      "none.json: the file of model options cannot be read.",
    );
  });
});
