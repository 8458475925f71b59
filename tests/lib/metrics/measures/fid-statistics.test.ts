import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readFidStatistics, writeFidStatistics } from "@/lib/metrics/measures/fid-statistics";
import {
  frechetDistance,
  gaussianFrechetDistance,
  gaussianOfFeatures,
} from "@/lib/metrics/measures/frechet-distance";
import { Random } from "@/lib/numerics/random";
import { encodeNpz } from "@/lib/tensor-files/npz";

const folder = mkdtempSync(join(tmpdir(), "semblance-npz-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("FID statistics", () => {
  const features = (count: number, seed: number) => ({
    count,
    dims: 12,
    values: new Random(seed).normals(count * 12),
  });

  test("give the same distance as the features themselves, even for singular covariances", async () => {
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

  test("without mu and sigma, or of shapes that do not fit, are rejected with an error that names them", async () => {
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
    const matrix = { shape: [2, 2], data: Float64Array.of(1, 0, Number.NaN, Number.POSITIVE_INFINITY) };
    writeFileSync(
      path,
      encodeNpz(
        new Map([
          ["mu", vector],
          ["sigma", matrix],
        ]),
      ),
    );
    await expect(readFidStatistics(path)).rejects.toThrow(
      /other\.npz: 2 values of sigma are NaN or infinite/,
    );
    await expect(readFidStatistics(join(folder, "gone.npz"))).rejects.toMatchObject({ code: "not_found" });
    const [narrow, wide] = [
      await gaussianOfFeatures(features(9, 1)),
      { mean: vector.data, covariance: new Float64Array(4) },
    ];
    await expect(gaussianFrechetDistance(narrow, wide)).rejects.toThrow(/12 dimensions and "b" has 2/);
  });
});
