/** Problems that users reported in other tools' metrics, each with its issue. */
import { expect, test } from "vitest";
import { inceptionDialects } from "@/lib/metrics/catalogue/feature-spec";
import { metricCatalogue } from "@/lib/metrics/catalogue/metric-catalogue";
import type { MetricEntry } from "@/lib/metrics/catalogue/metric-entry";
import { cutKeepingEnd } from "@/lib/metrics/extractors/clip";
import type { Features } from "@/lib/metrics/features/features";
import { locateFeatures } from "@/lib/metrics/inputs/locate-features";
import { gaussianOfFeatures } from "@/lib/metrics/measures/frechet-distance";
import {
  distanceFromGaussianWithInterval,
  frechetDistanceWithInterval,
} from "@/lib/metrics/measures/frechet-interval";
import { kernelDistanceWithInterval } from "@/lib/metrics/measures/kernel-distance";
import { Random } from "@/lib/numerics/random";

/** Not negative and sparse, as features behind a rectifier are. */
function rectified(count: number, dims: number, seed: number): Features {
  const values = new Random(seed).normals(count * dims).map((value) => Math.max(0, value - 0.5));
  return { count, dims, values: Float32Array.from(values) };
}

const repeated = (features: Features, times: number): Features => ({
  count: times,
  dims: features.dims,
  values: Float32Array.from(
    { length: times * features.dims },
    (_, at) => features.values[at % features.dims]!,
  ),
});

test("NaN or imaginary parts under 2048 images (pytorch-fid#13, torch-fidelity#54, torchmetrics#1652)", async () => {
  const dims = 2048;
  const [a, b] = [rectified(12, dims, 1), rectified(9, dims, 2)];
  const sets: [Features, Features][] = [
    [a, b],
    [a, a],
    [repeated(a, 6), repeated(b, 5)],
    [repeated(a, 6), b],
    [{ ...a, values: new Float32Array(a.values.length) }, b],
  ];
  for (const [first, second] of sets) {
    const { value, interval, bias } = await frechetDistanceWithInterval(first, second, new Random(3));
    for (const figure of [value, interval!.low, interval!.high, bias]) {
      expect(Number.isFinite(figure)).toBe(true);
    }
    expect(value).toBeGreaterThanOrEqual(0);
  }
  const names: [string, string] = ["stored", "drawn"];
  const narrow = [rectified(12, 64, 1), rectified(9, 64, 2)] as const;
  const gaussian = await gaussianOfFeatures(narrow[0]);
  const stored = await distanceFromGaussianWithInterval(gaussian, narrow[1], new Random(3), names);
  expect([stored.value, stored.interval!.low, stored.interval!.high].every(Number.isFinite)).toBe(true);
});

test("KID rejects sets smaller than its subsets (torch-fidelity#45)", async () => {
  const { value, interval } = await kernelDistanceWithInterval(
    rectified(5, 16, 4),
    rectified(4, 16, 5),
    new Random(6),
  );
  expect(Number.isFinite(value)).toBe(true);
  expect(interval!.low).toBeLessThan(interval!.high);
});

test("captions over 77 tokens lose their end mark (torchmetrics#2883)", () => {
  const [start, end] = [49406, 49407];
  const tokens = [start, ...Array.from({ length: 100 }, (_, i) => i), end];
  const cut = cutKeepingEnd(tokens, 77);
  expect(cut).toHaveLength(77);
  expect([cut[0], cut[75], cut[76]]).toEqual([start, 74, end]);
});

test("resizing differs and nobody says so (torchmetrics#3130)", async () => {
  const preparations = await Promise.all(
    inceptionDialects.map(async (dialect) => {
      const located = await locateFeatures(
        { network: "inception", dialect, output: 2048 },
        {
          weightsFolder: import.meta.dirname,
          replacements: { inception: import.meta.filename },
          readTensors: async () => new Map(),
          provider: "cpu",
        },
      );
      return located.recipe.preparation;
    }),
  );
  expect(new Set(preparations).size).toBe(inceptionDialects.length);
  for (const preparation of preparations) expect(preparation).toMatch(/299/);
  // The names that people cite are of one dialect each.
  const dialectOf = (metric: MetricEntry) =>
    metric.features.network === "inception" ? metric.features.dialect : null;
  expect(dialectOf(metricCatalogue.fid)).toBe("pytorch-fid");
  expect(dialectOf(metricCatalogue["fid-tensorflow"])).toBe("tensorflow");
  expect(dialectOf(metricCatalogue["fid-clean"])).toBe("clean");
});
