import { afterEach, describe, expect, test } from "vitest";
import { FeatureStore } from "@/lib/metrics/features/feature-store";
import { checkFeatures, type Features, selectFeatures } from "@/lib/metrics/features/features";
import { clipScores } from "@/lib/metrics/measures/clip-score";
import { frechetDistance } from "@/lib/metrics/measures/frechet-distance";
import { frechetDistanceWithInterval } from "@/lib/metrics/measures/frechet-interval";
import { inceptionScoreWithInterval } from "@/lib/metrics/measures/inception-score";
import { kernelDistance } from "@/lib/metrics/measures/kernel-distance";
import { nearestByCosine } from "@/lib/metrics/measures/nearest-real";
import { neighbourhoodScores } from "@/lib/metrics/measures/precision-recall";
import { Random } from "@/lib/numerics/random";

const opened: FeatureStore[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});

const dims = 6;

/** The same vectors in memory and in a file. */
function twice(count: number, seed: number, shift: number): { held: Features; filed: Features } {
  const random = new Random(seed);
  const values = Float32Array.from(random.normals(count * dims), (value) => value + shift);
  const store = new FeatureStore(count, dims, 0);
  opened.push(store);
  for (let i = 0; i < count; i++) store.append(values.subarray(i * dims, (i + 1) * dims));
  return { held: { count, dims, values }, filed: store.finish() };
}

describe("features that are in a file", () => {
  test("are what was appended, also if there were fewer than the capacity", () => {
    const { held, filed } = twice(600, 1, 0);
    expect(filed.rows).toBeDefined();
    expect(filed.count).toBe(600);
    expect(filed.values).toEqual(held.values);
    expect(filed.rows!(255, 258)).toEqual((held.values as Float32Array).slice(255 * dims, 258 * dims));
    expect(selectFeatures(filed, [599, 0, 0])).toEqual(selectFeatures(held, [599, 0, 0]));
    const store = new FeatureStore(5, 2, 0);
    opened.push(store);
    store.append(Float32Array.of(1, 2));
    expect(store.finish()).toMatchObject({ count: 1, values: Float32Array.of(1, 2) });
  });

  test("of few images stay in memory", () => {
    const store = new FeatureStore(3, 2);
    store.append(Float32Array.of(1, 2));
    expect(store.finish()).toEqual({ count: 1, dims: 2, values: Float32Array.of(1, 2) });
  });

  test("give the same statistics as the same features in memory", async () => {
    const [a, b] = [twice(1100, 2, 0), twice(1050, 3, 0.4)];
    const all = async (first: Features, second: Features) => ({
      frechet: await frechetDistance(first, second),
      withInterval: await frechetDistanceWithInterval(first, second, new Random(4)),
      kernel: await kernelDistance(first, second),
      neighbours: await neighbourhoodScores(first, second, "clova"),
      inception: inceptionScoreWithInterval(first).value,
      clip: clipScores(selectFeatures(first, [...Array(1050).keys()]), second),
      nearest: nearestByCosine(second, first).slice(0, 50),
    });
    expect(await all(a.filed, b.filed)).toEqual(await all(a.held, b.held));
  });

  test("name the row with a NaN, far behind the first block", () => {
    const store = new FeatureStore(3000, 2, 0);
    opened.push(store);
    for (let i = 0; i < 3000; i++) store.append(Float32Array.of(i, i === 2777 ? Number.NaN : 0));
    expect(() => checkFeatures(store.finish(), "drawn")).toThrow('"drawn" is NaN at row 2777, column 1');
  });
});
