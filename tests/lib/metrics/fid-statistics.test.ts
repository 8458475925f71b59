import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, describe, expect, test } from "vitest";
import { Random } from "@/lib/engine/random";
import { readFidStatistics, writeFidStatistics } from "@/lib/metrics/fid-statistics";
import { frechetDistance, gaussianFrechetDistance, gaussianOfFeatures } from "@/lib/metrics/frechet-distance";
import { encodeNpz, parseNpz } from "@/lib/metrics/npz";

const folder = mkdtempSync(join(tmpdir(), "semblance-npz-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** numpy.savez_compressed(f, mu=numpy.array([1.5, -2.0]), sigma=numpy.eye(2, dtype="f4")), written by NumPy 1.24. */
const writtenByNumpy =
  "UEsDBBQAAAAIAAAAIQCwmMVBTQAAAJAAAAAGABQAbXUubnB5AQAQAJAAAAAAAAAATQAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2ahrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOpo6CrUKFAAuBjD4YQ+hGQ4AAFBLAwQUAAAACAAAACEAwcajPE8AAACQAAAACQAUAHNpZ21hLm5weQEAEACQAAAAAAAAAE8AAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNmoq6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjoKRpo6CrUKZAMuBoYGewY4aLAHAFBLAQIUAxQAAAAIAAAAIQCwmMVBTQAAAJAAAAAGAAAAAAAAAAAAAACAAQAAAABtdS5ucHlQSwECFAMUAAAACAAAACEAwcajPE8AAACQAAAACQAAAAAAAAAAAAAAgAGFAAAAc2lnbWEubnB5UEsFBgAAAAACAAIAawAAAA8BAAAAAA==";

describe(".npz archives", () => {
  test("written by NumPy are read, float32 and float64", () => {
    const arrays = parseNpz(Buffer.from(writtenByNumpy, "base64"), "stats.npz");
    expect(arrays.get("mu")).toEqual({ shape: [2], data: Float64Array.of(1.5, -2) });
    expect(arrays.get("sigma")).toEqual({ shape: [2, 2], data: Float64Array.of(1, 0, 0, 1) });
  });

  test("written here are read again, and their values begin where NumPy wants them", () => {
    const array = { shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 1e-300) };
    const bytes = encodeNpz(new Map([["x", array]]));
    expect(parseNpz(bytes, "x.npz").get("x")).toEqual(array);
    const start = Buffer.from(bytes).indexOf("\x93NUMPY", 0, "latin1");
    expect((10 + Buffer.from(bytes).readUInt16LE(start + 8)) % 64).toBe(0);
  });

  test.each([
    ["no archive", () => Buffer.from("no archive"), /is not an \.npz archive/],
    ["no array", () => zipSync({ "mu.npy": Buffer.from("something else") }), /mu\.npy is not a NumPy array/],
    [
      "objects",
      () => zipSync({ "mu.npy": npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 8) }),
      /type \|O/,
    ],
    [
      "columns",
      () => zipSync({ "mu.npy": npy("{'descr': '<f8', 'fortran_order': True, 'shape': (1, 1), }", 8) }),
      /row by row/,
    ],
    [
      "cut",
      () => zipSync({ "mu.npy": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (9,), }", 8) }),
      /cut short/,
    ],
  ])("of the wrong kind (%s) are refused by name", (_, bytes, message) => {
    expect(() => parseNpz(bytes(), "stats.npz")).toThrow(message);
  });

  function npy(literal: string, valueBytes: number): Uint8Array {
    const header = Buffer.from(`${literal.padEnd(117)}\n`);
    return Buffer.concat([
      Buffer.from("\x93NUMPY\x01\x00\x76\x00", "latin1"),
      header,
      Buffer.alloc(valueBytes),
    ]);
  }
});

describe("FID statistics", () => {
  const features = (count: number, seed: number) => ({
    count,
    dims: 12,
    values: new Random(seed).normals(count * 12),
  });

  test("give the distance that the features themselves give, also where covariances are singular", async () => {
    for (const [a, b] of [
      [features(80, 1), features(60, 2)],
      [features(5, 3), features(7, 4)],
    ] as const) {
      const exact = await frechetDistance(a, b);
      const path = join(folder, "stats.npz");
      await writeFidStatistics(path, await gaussianOfFeatures(a));
      const distance = await gaussianFrechetDistance(
        await readFidStatistics(path),
        await gaussianOfFeatures(b),
      );
      // A singular covariance holds its zero eigenvalues to 1e-16 only, whose roots are 1e-8.
      expect(Math.abs(distance / exact - 1)).toBeLessThan(1e-7);
    }
  });

  test("without mu and sigma, or of shapes that do not fit, are refused by name", async () => {
    const path = join(folder, "other.npz");
    const vector = { shape: [2], data: Float64Array.of(1, 2) };
    writeFileSync(path, encodeNpz(new Map([["mean", vector]])));
    await expect(readFidStatistics(path)).rejects.toThrow(/other\.npz holds mean, not mu and sigma/);
    writeFileSync(
      path,
      encodeNpz(
        new Map([
          ["mu", vector],
          ["sigma", vector],
        ]),
      ),
    );
    await expect(readFidStatistics(path)).rejects.toThrow(/mu is \[2\] and sigma \[2\]/);
    await expect(readFidStatistics(join(folder, "gone.npz"))).rejects.toMatchObject({ code: "not_found" });
    const [narrow, wide] = [
      await gaussianOfFeatures(features(9, 1)),
      { mean: vector.data, covariance: new Float64Array(4) },
    ];
    await expect(gaussianFrechetDistance(narrow, wide)).rejects.toThrow(/12 dimensions and "b" has 2/);
  });
});
