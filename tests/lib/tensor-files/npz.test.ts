import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { zipSync } from "fflate";
import { afterAll, describe, expect, test } from "vitest";
import { encodeNpz, readNpz } from "@/lib/tensor-files/npz";
import { writeSparseZip64 } from "./sparse-zip64";

const folder = mkdtempSync(join(tmpdir(), "semblance-npz-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** numpy.savez_compressed(f, mu=numpy.array([1.5, -2.0]), sigma=numpy.eye(2, dtype="f4")), written by NumPy 1.24. */
const writtenByNumpy =
  "UEsDBBQAAAAIAAAAIQCwmMVBTQAAAJAAAAAGABQAbXUubnB5AQAQAJAAAAAAAAAATQAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2ahrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOpo6CrUKFAAuBjD4YQ+hGQ4AAFBLAwQUAAAACAAAACEAwcajPE8AAACQAAAACQAUAHNpZ21hLm5weQEAEACQAAAAAAAAAE8AAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNmoq6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjoKRpo6CrUKZAMuBoYGewY4aLAHAFBLAQIUAxQAAAAIAAAAIQCwmMVBTQAAAJAAAAAGAAAAAAAAAAAAAACAAQAAAABtdS5ucHlQSwECFAMUAAAACAAAACEAwcajPE8AAACQAAAACQAAAAAAAAAAAAAAgAGFAAAAc2lnbWEubnB5UEsFBgAAAAACAAIAawAAAA8BAAAAAA==";

function file(bytes: Uint8Array): string {
  const path = join(folder, "stats.npz");
  writeFileSync(path, bytes);
  return path;
}

function npy(
  values: Uint8Array,
  { type = "<f8", fortran = false, shape = "(2,)", version = 1 }: Partial<Header> = {},
): Uint8Array {
  const literal = `{'descr': ${type.startsWith("[") ? type : `'${type}'`}, 'fortran_order': ${fortran ? "True" : "False"}, 'shape': ${shape}, }`;
  const header = Buffer.from(`${literal.padEnd(116)}\n`);
  const prefix = Buffer.alloc(version === 1 ? 10 : 12);
  prefix.write("\x93NUMPY", "latin1");
  prefix[6] = version;
  if (version === 1) prefix.writeUInt16LE(header.length, 8);
  else prefix.writeUInt32LE(header.length, 8);
  return Buffer.concat([prefix, header, values]);
}

type Header = { type: string; fortran: boolean; shape: string; version: number };

/** What an array of this header and these bytes is read as. */
async function read(values: Uint8Array, header: Partial<Header>) {
  const { arrays } = await readNpz(file(zipSync({ "mu.npy": npy(values, header) })), ["mu"], "stats.npz");
  return arrays.get("mu")!;
}

const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

describe(".npz archives", () => {
  test("written by NumPy are read, float32 and float64", async () => {
    const path = file(Buffer.from(writtenByNumpy, "base64"));
    const { arrays, names } = await readNpz(path, ["mu", "sigma"], "stats.npz");
    expect(names).toEqual(["mu", "sigma"]);
    expect(arrays.get("mu")).toEqual({ shape: [2], data: Float64Array.of(1.5, -2) });
    expect(arrays.get("sigma")).toEqual({ shape: [2, 2], data: Float64Array.of(1, 0, 0, 1) });
  });

  test("written here can be read again, with values aligned as in NumPy", async () => {
    const array = { shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 1e-300) };
    const bytes = encodeNpz(new Map([["x", array]]));
    expect((await readNpz(file(bytes), ["x"], "x.npz")).arrays.get("x")).toEqual(array);
    const start = Buffer.from(bytes).indexOf("\x93NUMPY", 0, "latin1");
    expect((10 + Buffer.from(bytes).readUInt16LE(start + 8)) % 64).toBe(0);
  });

  test.each([
    ["float16", "<f2", bytesOf(Uint16Array.of(0x3c00, 0xc100)), [1, -2.5]],
    ["big-endian float16", ">f2", Uint8Array.of(0x3c, 0, 0xc1, 0), [1, -2.5]],
    ["big-endian float32", ">f4", Uint8Array.of(0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0), [1, -2.5]],
    [
      "big-endian float64",
      ">f8",
      Uint8Array.of(0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xc0, 4, 0, 0, 0, 0, 0, 0),
      [1, -2.5],
    ],
    ["int8", "|i1", Uint8Array.of(1, 0xfe), [1, -2]],
    ["big-endian int16", ">i2", Uint8Array.of(1, 0, 0xff, 0xfe), [256, -2]],
    ["int32", "<i4", bytesOf(Int32Array.of(1, -2)), [1, -2]],
    ["int64", "<i8", bytesOf(BigInt64Array.of(1n, -2n)), [1, -2]],
    ["uint8", "|u1", Uint8Array.of(1, 254), [1, 254]],
    ["uint64", "<u8", bytesOf(BigUint64Array.of(1n, 2n ** 52n)), [1, 2 ** 52]],
    ["bool", "|b1", Uint8Array.of(1, 0), [1, 0]],
  ] as const)("are read with values of the type %s", async (_, type, values, expected) => {
    expect(await read(values, { type })).toEqual({ shape: [2], data: Float64Array.from(expected) });
  });

  test("are read in Fortran's order, in two and three dimensions", async () => {
    const columns = bytesOf(Float64Array.of(1, 4, 2, 5, 3, 6));
    expect(await read(columns, { fortran: true, shape: "(2, 3)" })).toEqual({
      shape: [2, 3],
      data: Float64Array.of(1, 2, 3, 4, 5, 6),
    });
    const cube = Array.from({ length: 24 }, (_, at) => at);
    const fortran = cube.map((_, at) => {
      const [i, j, k] = [at % 2, Math.floor(at / 2) % 3, Math.floor(at / 6)];
      return i * 12 + j * 4 + k;
    });
    const { data } = await read(bytesOf(Float64Array.from(fortran)), { fortran: true, shape: "(2, 3, 4)" });
    expect([...data]).toEqual(cube);
  });

  test.each([1, 2, 3])("are read in format version %i, with Python 2's long sizes", async (version) => {
    const values = bytesOf(Float64Array.of(1, 2));
    expect(await read(values, { version, shape: "(1L, 2L)" })).toEqual({
      shape: [1, 2],
      data: Float64Array.of(1, 2),
    });
  });

  test("are read with zip64 fields, and with other arrays of any type and size in the archive", async () => {
    const path = join(folder, "large.npz");
    const mu = npy(bytesOf(Float64Array.of(1, 2)));
    writeSparseZip64(path, [
      { name: "arr_0.npy", bytes: npy(new Uint8Array(0), { type: "|O" }), size: 5 * 2 ** 30 },
      { name: "mu.npy", bytes: mu, size: mu.length, crc32: crc32(mu) },
    ]);
    const { arrays, names } = await readNpz(path, ["mu", "sigma"], "large.npz");
    expect(names).toEqual(["arr_0", "mu"]);
    expect([...arrays]).toEqual([["mu", { shape: [2], data: Float64Array.of(1, 2) }]]);
    await expect(readNpz(path, ["arr_0"], "large.npz")).rejects.toThrow(/arr_0\.npy has 5368709120 bytes/);
  });

  const two = bytesOf(Float64Array.of(1, 2));
  test.each([
    ["no archive", Buffer.from("no archive"), /stats\.npz is not an \.npz archive/],
    ["empty", new Uint8Array(0), /is not an \.npz archive/],
    ["no array", zipSync({ "mu.npy": Buffer.from("something else") }), /mu\.npy is not a NumPy array/],
    ["objects", zipSync({ "mu.npy": npy(two, { type: "|O" }) }), /mu\.npy holds values of the type \|O/],
    ["complex", zipSync({ "mu.npy": npy(two, { type: "<c16", shape: "(1,)" }) }), /type <c16/],
    ["long doubles", zipSync({ "mu.npy": npy(two, { type: "<f16", shape: "(1,)" }) }), /type <f16/],
    ["records", zipSync({ "mu.npy": npy(two, { type: "[('a', '<f8')]" }) }), /records instead of numbers/],
    ["version", zipSync({ "mu.npy": npy(two, { version: 9 }) }), /unknown format version 9/],
    ["shape", zipSync({ "mu.npy": npy(two, { shape: "(-2,)" }) }), /malformed header/],
    ["cut", zipSync({ "mu.npy": npy(two, { shape: "(9,)" }) }), /truncated/],
  ])("of the wrong kind (%s) are refused by name", async (_, bytes, message) => {
    await expect(readNpz(file(bytes), ["mu"], "stats.npz")).rejects.toThrow(message);
  });

  test("are read even if other arrays have names that would lead out of a folder", async () => {
    const mu = npy(two);
    for (const name of ["/absolute.npy", "../outside.npy", "C:\\drive.npy", "folder/inner.npy"]) {
      const path = file(zipSync({ [name]: mu, "mu.npy": mu }));
      expect((await readNpz(path, ["mu"], "stats.npz")).arrays.get("mu")?.shape, name).toEqual([2]);
    }
  });

  test("with a flipped bit are rejected", async () => {
    const bytes = Buffer.from(writtenByNumpy, "base64");
    bytes[70]! ^= 4;
    await expect(readNpz(file(bytes), ["mu"], "stats.npz")).rejects.toThrow(/archive is damaged/);
  });
});
