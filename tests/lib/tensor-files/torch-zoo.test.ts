/** torch.save's three shapes of file, read exactly: every element type, views, shared storage, parameters. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import { sharedPath } from "@/tests/shared";

type Zoo = Record<string, { dtype: string; shape: number[]; values: number[] }>;

const zooPath = sharedPath("parity/zoo.json");

describe.skipIf(zooPath === null)("openCheckpoint on the reference's zoo", () => {
  const zoo: Zoo = zooPath === null ? {} : JSON.parse(readFileSync(zooPath, "utf8"));

  it.each([
    ["zoo-zip.pt", "torch-zip"],
    ["zoo-legacy.pt", "torch-legacy"],
    ["zoo-nested.pt", "torch-zip"],
  ])("reads every tensor of %s exactly", async (fileName, format) => {
    const checkpoint = await openCheckpoint(sharedPath(`parity/${fileName}`) as string);
    expect(checkpoint.format).toBe(format);
    expect([...checkpoint.tensors.keys()].sort()).toEqual(Object.keys(zoo).sort());
    for (const [name, { dtype, shape, values }] of Object.entries(zoo)) {
      const tensor = await checkpoint.read(name);
      expect(`torch.${tensor.dtype}`).toBe(dtype);
      expect(tensor.shape, name).toEqual(shape);
      expect(Array.from(tensor.data as ArrayLike<number | bigint>, Number), name).toEqual(values);
      expect([...(await checkpoint.readFloat32(name))], name).toEqual(values.map(Math.fround));
    }
    await checkpoint.close();
  });

  it("keeps the plain values next to a nested state dict", async () => {
    const checkpoint = await openCheckpoint(sharedPath("parity/zoo-nested.pt") as string);
    await checkpoint.close();
    expect(checkpoint.metadata).toMatchObject({ epoch: "3", note: "nested" });
    expect(JSON.parse(checkpoint.metadata.list as string)).toEqual([1, 2.5, null, true, ["a", "Yg=="]]);
  });

  it("reads a published layout of 200 tensors and a safetensors file", async () => {
    const model = await openCheckpoint(sharedPath("parity/base-tiny.pt") as string);
    const embedding = await model.readFloat32("token_embedding.weight");
    await model.close();
    expect(embedding).toHaveLength(50257 * 32);
    expect(embedding.every(Number.isFinite)).toBe(true);

    const expected = await openCheckpoint(sharedPath("parity/base-tiny.expected.safetensors") as string);
    const mask = await expected.read("forward.mask");
    const tokens = await expected.read("forward.tokens");
    await expected.close();
    expect(expected.metadata.guidance_scale).toBe("3.0");
    expect(mask).toMatchObject({ dtype: "bool", shape: [2, 128] });
    expect(new Set(mask.data as Uint8Array)).toEqual(new Set([0, 1]));
    expect(tokens.data.at(-1)).toBe(50256n);
  });
});
