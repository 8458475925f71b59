/** Adapter files, and adapters on models that they fit or do not fit. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readLora, withLoras, writeLora } from "@/lib/diffusion/lora/lora-adapter";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { modelWithRandomWeights, smallBaseOptions } from "../model/small-models";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-lora-"));
});
afterAll(() => rm(folder, { recursive: true }));

const name = "middle_block.1.proj_out.weight";
const values = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, at) => Math.sin(at * 1.7 + seed));
const pair = { a: values(2 * 32, 1), b: values(32 * 2, 2) };

async function adapterOf(pairs: Record<string, typeof pair>, file = "adapter.safetensors") {
  const path = join(folder, file);
  await writeLora(path, { rank: 2, alpha: 4, pairs: new Map(Object.entries(pairs)) });
  return readLora(path);
}

it("is read as it was written", async () => {
  const adapter = await adapterOf({ [name]: pair });
  expect(adapter).toEqual({ file: "adapter.safetensors", rank: 2, alpha: 4, pairs: new Map([[name, pair]]) });
});

it("adds up with others, each at its scale, and changes nothing at scale 0", async () => {
  const source = modelWithRandomWeights(smallBaseOptions, 1);
  const adapter = await adapterOf({ [name]: pair });
  const dataOf = async (...scales: number[]) =>
    (
      await withLoras(
        source,
        scales.map((scale) => ({ adapter, scale })),
      ).loadWeights([name])
    ).get(name)!.data;
  const plain = await dataOf(0);
  expect(plain).toEqual((await source.loadWeights([name])).get(name)!.data);
  const [half, both] = [await dataOf(0.5), await dataOf(0.25, 0.25)];
  const moved = 0.5 * 2 * (pair.b[6]! * pair.a[5]! + pair.b[7]! * pair.a[32 + 5]!);
  expect(half[3 * 32 + 5]! - plain[3 * 32 + 5]!).toBeCloseTo(moved, 5);
  expect(both[3 * 32 + 5]).toBeCloseTo(half[3 * 32 + 5]!, 5);
});

it("is rejected on another model, naming the weight", async () => {
  const source = modelWithRandomWeights(smallBaseOptions, 1);
  const foreign = await adapterOf({ "middle_block.9.qkv.weight": pair });
  expect(() => withLoras(source, [{ adapter: foreign, scale: 1 }])).toThrow(
    "adapter.safetensors is a LoRA for another model: this one has no weight middle_block.9.qkv.weight.",
  );
  const wide = await adapterOf({ [name]: { a: values(2 * 64, 1), b: values(64 * 2, 2) } });
  expect(() => withLoras(source, [{ adapter: wide, scale: 1 }])).toThrow(
    "its matrices for middle_block.1.proj_out.weight are [2, 64] and [64, 2], the model needs [2, 32] and [32, 2].",
  );
});

it("is rejected where a file holds none, or half of one", async () => {
  const path = join(folder, "broken.safetensors");
  const tensor = { dtype: "float32" as const, shape: [2, 3], data: new Float32Array(6) };
  await writeSafetensors(path, new Map([["weight", tensor]]));
  await expect(readLora(path)).rejects.toThrow("it has no tensors named MODULE.lora_A.weight");
  await writeSafetensors(path, new Map([["base_model.model.x.lora_A.weight", tensor]]));
  await expect(readLora(path)).rejects.toThrow("it lacks base_model.model.x.lora_B.weight");
});

it("takes its alpha from peft's configuration if the file has none, and never guesses", async () => {
  const path = join(folder, "peft.safetensors");
  const matrix = (shape: [number, number]) => ({
    dtype: "float32" as const,
    shape,
    data: new Float32Array(shape[0] * shape[1]),
  });
  const tensors = new Map([
    ["base_model.model.x.lora_A.weight", matrix([2, 3])],
    ["base_model.model.x.lora_B.weight", matrix([3, 2])],
  ]);
  await writeSafetensors(path, tensors);
  await expect(readLora(path)).rejects.toThrow("nor an adapter_config.json next to it has lora_alpha");
  await writeFile(join(folder, "adapter_config.json"), JSON.stringify({ lora_alpha: 16 }));
  expect((await readLora(path)).alpha).toBe(16);
});
