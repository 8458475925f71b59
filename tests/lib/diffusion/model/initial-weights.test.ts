import { describe, expect, it } from "vitest";
import { initialWeights } from "@/lib/diffusion/model/initial-weights";
import { parameterShapes } from "@/lib/diffusion/model/parameters";
import { smallBaseOptions } from "./small-models";

const weights = initialWeights(smallBaseOptions, 5);
const dataOf = (name: string) => weights.get(name)!.data;
const bytesOf = (data: Float32Array) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

describe("initialWeights", () => {
  it("covers exactly the model's parameters", () => {
    const shapes = parameterShapes(smallBaseOptions);
    expect(new Map([...weights].map(([name, { shape }]) => [name, shape]))).toEqual(
      new Map([...shapes.keys()].sort().map((name) => [name, shapes.get(name)])),
    );
  });

  it("depends on the seed only", () => {
    const bits = (seed: number, name: string) =>
      bytesOf(initialWeights(smallBaseOptions, seed).get(name)!.data);
    for (const name of ["token_embedding.weight", "time_embed.0.weight"]) {
      expect(bits(5, name).equals(bytesOf(dataOf(name)))).toBe(true);
      expect(bits(6, name).equals(bytesOf(dataOf(name)))).toBe(false);
    }
  });

  it("starts blocks and norms as the identity", () => {
    for (const name of ["input_blocks.1.0.out_layers.3", "middle_block.1.proj_out", "out.2"]) {
      expect(dataOf(`${name}.weight`).every((value) => value === 0)).toBe(true);
      expect(dataOf(`${name}.bias`).every((value) => value === 0)).toBe(true);
    }
    for (const name of [
      "input_blocks.1.0.in_layers.0",
      "final_ln",
      "out.0",
      "transformer.resblocks.0.ln_1",
    ]) {
      expect(dataOf(`${name}.weight`).every((value) => value === 1)).toBe(true);
      expect(dataOf(`${name}.bias`).every((value) => value === 0)).toBe(true);
    }
  });

  it.each([
    ["input_blocks.1.0.in_layers.2.weight", 1 / Math.sqrt(32 * 9)],
    ["input_blocks.1.0.in_layers.2.bias", 1 / Math.sqrt(32 * 9)],
    ["transformer.resblocks.0.attn.c_qkv.weight", 1 / Math.sqrt(32)],
  ])("draws %s uniformly up to %d", (name, bound) => {
    const values = dataOf(name);
    const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    expect(largest).toBeLessThanOrEqual(Math.fround(bound));
    // Of n uniform values the largest falls short of the bound by 1/n on average.
    expect(largest).toBeGreaterThan(bound * (1 - 10 / values.length));
  });

  it.each([
    ["token_embedding.weight", 0.02],
    ["positional_embedding", 0.01],
    ["padding_embedding", 0.01],
  ])("draws %s normally with deviation %d", (name, deviation) => {
    const values = dataOf(name);
    const measured = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
    // The standard error of a deviation is deviation / √(2n): 3% at the 512 values of an embedding here.
    expect(Math.abs(measured / deviation - 1)).toBeLessThan(4 / Math.sqrt(2 * values.length));
  });
});
