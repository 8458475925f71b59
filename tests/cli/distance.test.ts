import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { distance } from "@/cli/distance";
import { sharedPath } from "@/tests/shared";

const folder = mkdtempSync(join(tmpdir(), "semblance-distance-"));
afterAll(() => rmSync(folder, { recursive: true }));

function writeSafetensors(
  name: string,
  tensors: Record<string, { shape: number[]; values: number[]; dtype?: "F64" | "F16" | "BF16" }>,
) {
  const header: Record<string, unknown> = {};
  const parts: Buffer[] = [];
  let offset = 0;
  for (const [key, { shape, values, dtype }] of Object.entries(tensors)) {
    // Of the half-width types the bits are given.
    const array =
      dtype === "F64" ? new Float64Array(values) : dtype ? new Uint16Array(values) : new Float32Array(values);
    header[key] = { dtype: dtype ?? "F32", shape, data_offsets: [offset, offset + array.byteLength] };
    parts.push(Buffer.from(array.buffer));
    offset += array.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat([length, text, ...parts]));
  return path;
}

async function run(options: Parameters<typeof distance>[0]) {
  const chunks: string[] = [];
  const write = (chunk: string | Uint8Array) => chunks.push(String(chunk)) > 0;
  const code = await distance(options, { write });
  return { code, text: chunks.join("") };
}

const small = writeSafetensors("small.safetensors", {
  real: { shape: [2, 1], values: [0, 2] },
  fake: { shape: [3, 1], values: [3, 3, 3], dtype: "F64" },
  row: { shape: [3], values: [1, 2, 3] },
  wide: { shape: [2, 2], values: [1, 2, 3, 4] },
});

describe("semblance distance", () => {
  test("prints both distances, the counts and the width as one JSON object", async () => {
    const { code, text } = await run({ file: small, a: "real", b: "fake", json: true });
    expect(code).toBe(0);
    // Means 1 and 3, variances 2 and 0: (1 - 3)² + (√2 - 0)² = 6. Kernel: 1 + 10³ - 2 · (1 + 7³) / 2 = 657.
    const printed = JSON.parse(text);
    expect(Object.keys(printed)).toEqual(["frechet", "kid", "n1", "n2", "dims"]);
    expect(printed.frechet).toBeCloseTo(6, 12);
    expect(printed.kid).toBeCloseTo(657, 9);
    expect(printed).toMatchObject({ n1: 2, n2: 3, dims: 1 });
  });

  test("prints readable lines without --json", async () => {
    const { text } = await run({ file: small, a: "real", b: "fake" });
    expect(text).toContain("Fréchet distance  6.0000000");
    expect(text).toContain("between 2 and 3 vectors of 1 dimension");
  });

  test("names the existing keys if one is missing", async () => {
    await expect(run({ file: small, a: "real", b: "gone" })).rejects.toMatchObject({
      code: "missing_tensor",
      message: expect.stringContaining('"gone"'),
      remedy: "Choose from: real, fake, row, wide.",
    });
  });

  test("rejects what is not a matrix, and matrices of different widths", async () => {
    await expect(run({ file: small, a: "real", b: "row" })).rejects.toThrow(/"row" has the shape \[3\]/);
    await expect(run({ file: small, a: "real", b: "wide" })).rejects.toThrow(/"real" has 1 dimensions/);
  });

  test("reads float16 and bfloat16 exactly", async () => {
    const file = writeSafetensors("halves.safetensors", {
      real: { shape: [2, 1], values: [0x0000, 0x4000], dtype: "F16" },
      fake: { shape: [3, 1], values: [0x4040, 0x4040, 0x4040], dtype: "BF16" },
    });
    const printed = JSON.parse((await run({ file, a: "real", b: "fake", json: true })).text);
    // 0 and 2 against three times 3, as above.
    expect(printed.frechet).toBeCloseTo(6, 12);
    expect(printed.kid).toBeCloseTo(657, 9);
  });

  test("names the key, row and column of a NaN, and the key with too few rows", async () => {
    const file = writeSafetensors("bad.safetensors", {
      good: { shape: [2, 2], values: [1, 2, 3, 4] },
      nan: { shape: [2, 2], values: [1, 2, 3, Number.NaN] },
      single: { shape: [1, 2], values: [1, 2] },
      none: { shape: [0, 2], values: [] },
    });
    await expect(run({ file, a: "good", b: "nan" })).rejects.toThrow('"nan" is NaN at row 1, column 1');
    await expect(run({ file, a: "single", b: "good" })).rejects.toThrow(/"single" has 1/);
    await expect(run({ file, a: "good", b: "none" })).rejects.toThrow(/"none" has 0/);
  });

  const reference = sharedPath("parity/frechet.safetensors");
  test.skipIf(!reference)("reads the reference features", async () => {
    const { text } = await run({
      file: reference!,
      a: "full_rank_300x16.a",
      b: "full_rank_300x16.b",
      json: true,
    });
    expect(JSON.parse(text).frechet).toBeCloseTo(4.115891244828575, 9);
  });
});
