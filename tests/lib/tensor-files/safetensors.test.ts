/** The safetensors format, written and read again, and what its reader rejects. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SemblanceError } from "@/lib/errors";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import type { TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { sharedPath } from "@/tests/shared";
import { useTemporaryFolder } from "./temporary-folder";

const folder = useTemporaryFolder();

function safetensors(header: unknown, dataBytes: number): Uint8Array {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(dataBytes)]);
}

const everyType = new Map<string, TensorToWrite>([
  ["bool", { dtype: "bool", shape: [3], data: Uint8Array.of(1, 0, 1) }],
  ["float32", { dtype: "float32", shape: [2, 2], data: Float32Array.of(1.5, -0, 3e-40, Infinity) }],
  ["float16", { dtype: "float16", shape: [3], data: Float32Array.of(0.5, -65504, 1 / 3) }],
  ["bfloat16", { dtype: "bfloat16", shape: [2], data: Float32Array.of(-2, 1e30) }],
  ["float64", { dtype: "float64", shape: [], data: Float64Array.of(Math.PI) }],
  ["int64", { dtype: "int64", shape: [2], data: BigInt64Array.of(-1n, 2n ** 62n) }],
  ["int32", { dtype: "int32", shape: [1, 1], data: Int32Array.of(-7) }],
  ["int16", { dtype: "int16", shape: [1], data: Int16Array.of(-300) }],
  ["int8", { dtype: "int8", shape: [1], data: Int8Array.of(-3) }],
  ["uint8", { dtype: "uint8", shape: [1], data: Uint8Array.of(250) }],
  ["empty", { dtype: "float32", shape: [0, 4], data: new Float32Array(0) }],
]);

describe("writeSafetensors", () => {
  it("writes every type so that it reads back the same", async () => {
    const path = join(folder.path, "all.safetensors");
    await writeSafetensors(path, everyType, { step: "12", note: "ü" });
    const checkpoint = await openCheckpoint(path);
    expect(checkpoint.format).toBe("safetensors");
    expect(checkpoint.metadata).toEqual({ step: "12", note: "ü" });
    expect([...checkpoint.tensors.keys()].sort()).toEqual([...everyType.keys()].sort());
    for (const [name, { dtype, shape, data }] of everyType) {
      const read = await checkpoint.read(name);
      expect({ dtype: read.dtype, shape: read.shape }).toEqual({ dtype, shape });
      if (dtype === "float16") expect([...(read.data as Float32Array)]).toEqual([0.5, -65504, 1365 / 4096]);
      else if (dtype === "bfloat16") expect(read.data[1] as number).toBeCloseTo(1e30, -28);
      else expect(read.data).toEqual(data);
    }
    expect(await checkpoint.readFloat32("int64")).toEqual(Float32Array.of(-1, 2 ** 62));
    await checkpoint.close();
  });

  it("gives the same bytes for the same tensors in another order, and aligns each", async () => {
    const [first, second] = [join(folder.path, "a.safetensors"), join(folder.path, "b.safetensors")];
    await writeSafetensors(first, everyType);
    await writeSafetensors(second, new Map([...everyType].reverse()));
    const bytes = readFileSync(first);
    expect(bytes.equals(readFileSync(second))).toBe(true);
    const headerBytes = Number(bytes.readBigUInt64LE());
    expect(headerBytes % 8).toBe(0);
    const header = JSON.parse(bytes.subarray(8, 8 + headerBytes).toString());
    expect(header.float64.data_offsets[0] % 8).toBe(0);
    expect(header.float32.data_offsets[0] % 4).toBe(0);
    expect(header.float16.data_offsets[0] % 2).toBe(0);
  });

  it("converts more elements than one chunk", async () => {
    const path = join(folder.path, "long.safetensors");
    const data = Float32Array.from({ length: 2 ** 20 + 5 }, (_, index) => index % 2048);
    await writeSafetensors(path, new Map([["long", { dtype: "float16", shape: [data.length], data }]]));
    const checkpoint = await openCheckpoint(path);
    expect(await checkpoint.readFloat32("long")).toEqual(data);
    await checkpoint.close();
  });

  it("replaces a file atomically, keeps the old one on failure, and leaves no partial files", async () => {
    const path = join(folder.path, "kept.safetensors");
    await writeSafetensors(
      path,
      new Map([["x", { dtype: "float32", shape: [1], data: Float32Array.of(1) }]]),
    );
    const before = readFileSync(path);
    const misfit: TensorToWrite = { dtype: "float32", shape: [2], data: Float32Array.of(1) };
    await expect(writeSafetensors(path, new Map([["misfit", misfit]]))).rejects.toThrow(/misfit/);
    const wrongArray: TensorToWrite = { dtype: "int64", shape: [1], data: Float32Array.of(1) };
    await expect(writeSafetensors(path, new Map([["wrong", wrongArray]]))).rejects.toThrow(/Float32Array/);
    await expect(writeSafetensors(join(folder.path, "no", "x"), new Map())).rejects.toThrow(SemblanceError);
    expect(readFileSync(path).equals(before)).toBe(true);
    await writeSafetensors(
      path,
      new Map([["y", { dtype: "float32", shape: [1], data: Float32Array.of(2) }]]),
    );
    const checkpoint = await openCheckpoint(path);
    expect([...checkpoint.tensors.keys()]).toEqual(["y"]);
    await checkpoint.close();
    expect(readdirSync(folder.path).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });
});

describe("openCheckpoint on safetensors", () => {
  const one = { dtype: "F32", shape: [2], data_offsets: [0, 8] };

  it.each<[string, unknown, number, RegExp]>([
    ["a type that does not exist", { x: { ...one, dtype: "F31" } }, 8, /tensor x .*F31/],
    ["offsets that disagree with the shape", { x: { ...one, shape: [3] } }, 8, /tensor x has 8 bytes/],
    [
      "a shape too large for numbers",
      { x: { ...one, shape: [2 ** 50, 2 ** 50] } },
      8,
      /tensor x has 8 bytes/,
    ],
    ["a negative size", { x: { ...one, shape: [-2] } }, 8, /malformed shape/],
    [
      "offsets out of the file",
      { x: { ...one, data_offsets: [800, 808] } },
      8,
      /tensor x begins at byte 800/,
    ],
    [
      "overlapping tensors",
      { x: one, y: { ...one, data_offsets: [4, 12] } },
      12,
      /tensor y begins at byte 4/,
    ],
    ["two tensors at one place", { x: one, y: one }, 8, /begins at byte 0/],
    [
      "a gap between tensors",
      { x: one, y: { ...one, data_offsets: [12, 20] } },
      20,
      /tensor y begins at byte 12/,
    ],
    ["bytes after the last tensor", { x: one }, 9, /should have 8 bytes, but there are 9/],
    ["a file that ends too soon", { x: one }, 7, /should have 8 bytes, but there are 7/],
    ["metadata that is not text", { __metadata__: { a: 1 }, x: one }, 8, /metadata/],
    ["a tensor without description", { x: null }, 0, /tensor x is not described/],
    ["a header that is a list", "[{}]", 0, /neither a torch nor a safetensors/],
    ["a header that is not JSON", "{x", 0, /not JSON/],
    ["one name twice", `{"x":${JSON.stringify(one)},"\\u0078":${JSON.stringify(one)}}`, 8, /names x twice/],
    [
      "one field twice",
      '{"x":{"dtype":"F32","shape":[2],"shape":[1],"data_offsets":[0,4]}}',
      4,
      /names shape twice/,
    ],
  ])("refuses %s", async (name, header, dataBytes, message) => {
    const path = folder.write("bad.safetensors", safetensors(header, dataBytes));
    const opening = openCheckpoint(path);
    await expect(opening, name).rejects.toThrow(SemblanceError);
    await expect(opening).rejects.toThrow(message);
  });

  it("rejects a header length beyond the file without allocating it", async () => {
    const bytes = Buffer.from(safetensors({}, 0));
    bytes.writeBigUInt64LE(2n ** 62n);
    await expect(openCheckpoint(folder.write("huge.safetensors", bytes))).rejects.toThrow(
      /header should have/,
    );
  });

  it("treats names with a meaning in JavaScript as plain names", async () => {
    const header = `{"__proto__":${JSON.stringify(one)}}`;
    const checkpoint = await openCheckpoint(folder.write("proto.safetensors", safetensors(header, 8)));
    expect([...checkpoint.tensors.keys()]).toEqual(["__proto__"]);
    expect(await checkpoint.readFloat32("__proto__")).toEqual(Float32Array.of(0, 0));
    await checkpoint.close();
  });

  it("names the tensor that is missing", async () => {
    const checkpoint = await openCheckpoint(folder.write("one.safetensors", safetensors({ x: one }, 8)));
    await expect(checkpoint.readFloat32("input_blocks.0.weight")).rejects.toMatchObject({
      code: "missing_tensor",
      message: expect.stringContaining("input_blocks.0.weight"),
    });
    await checkpoint.close();
  });

  const reference = sharedPath("parity/upsampler-tiny.expected.safetensors");
  it.skipIf(reference === null)("writes again what the reference's library wrote", async () => {
    const source = await openCheckpoint(reference as string);
    const copies = new Map<string, TensorToWrite>();
    for (const name of source.tensors.keys()) copies.set(name, await source.read(name));
    await source.close();
    const path = join(folder.path, "copy.safetensors");
    await writeSafetensors(path, copies, source.metadata);
    const copy = await openCheckpoint(path);
    for (const name of source.tensors.keys()) expect(await copy.read(name)).toEqual(copies.get(name));
    await copy.close();
    expect(existsSync(path)).toBe(true);
  });
});
