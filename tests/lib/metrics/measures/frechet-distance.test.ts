import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Features } from "@/lib/metrics/features/features";
import { frechetDistance } from "@/lib/metrics/measures/frechet-distance";
import { frechetDistanceWithInterval } from "@/lib/metrics/measures/frechet-interval";
import { kernelDistance } from "@/lib/metrics/measures/kernel-distance";
import { Random } from "@/lib/numerics/random";
import { sharedPath } from "@/tests/shared";
import { pseudoNormals } from "../pseudo-normals";
import { readReferenceTensors } from "./stored-features";

const stored = sharedPath("parity/frechet.safetensors");
const expected = sharedPath("parity/frechet.expected.json");

/** Both sides are float64 up to the float32 features; far inside the 1e-6 that the reference values promise. */
const FLOAT64 = 1e-9;

describe.skipIf(!stored || !expected)("against exact reference values", () => {
  const cases = expected ? JSON.parse(readFileSync(expected, "utf8")) : {};
  test.each(Object.keys(cases))("%s: Fréchet distance and KID", async (name) => {
    const tensor = readReferenceTensors(stored!);
    const [a, b] = ["a", "b"].map((side): Features => {
      const { shape, data } = tensor(`${name}.${side}`);
      return { count: shape[0]!, dims: shape[1]!, values: data as Float32Array };
    }) as [Features, Features];
    expect(Math.abs((await frechetDistance(a, b)) / cases[name].frechet_exact - 1)).toBeLessThan(FLOAT64);
    const kid = cases[name].kid_unbiased_poly3_gamma_1_over_d_coef0_1;
    expect(Math.abs((await kernelDistance(a, b)) / kid - 1)).toBeLessThan(FLOAT64);
  });
});

/** n vectors whose sample mean is 0 and whose sample covariance is diagonal and known: ± √((n-1)/2) s_j e_j. */
function crossOfAxes(deviations: number[]): Features {
  const dims = deviations.length;
  const count = 2 * dims;
  const values = new Float64Array(count * dims);
  deviations.forEach((deviation, j) => {
    values[2 * j * dims + j] = deviation * Math.sqrt((count - 1) / 2);
    values[(2 * j + 1) * dims + j] = -deviation * Math.sqrt((count - 1) / 2);
  });
  return { count, dims, values };
}

describe("Fréchet distance", () => {
  test("of commuting Gaussians is |Δμ|² + Σ (s1 - s2)²", async () => {
    const [a, b] = [crossOfAxes([1, 2, 3]), crossOfAxes([2, 2, 0.5])];
    const shifted = { ...b, values: b.values.map((value, i) => value + (i % 3 === 0 ? 4 : 0)) };
    expect(await frechetDistance(a, shifted)).toBeCloseTo(16 + 1 + 0 + 6.25, 12);
  });

  test("of pytorch-fid's own test, mean 0 against 1 with equal covariance, is the number of dimensions", async () => {
    const a = crossOfAxes(new Array(64).fill(1));
    const b = { ...a, values: a.values.map((value) => value + 1) };
    expect(await frechetDistance(a, b)).toBeCloseTo(64, 9);
  });

  test("of features whose squares overflow float64 is rejected", async () => {
    const huge = { count: 2, dims: 1, values: Float64Array.of(-1e200, 1e200) };
    const small = { count: 2, dims: 1, values: Float64Array.of(0, 1) };
    await expect(frechetDistance(huge, small)).rejects.toMatchObject({ code: "invalid_input" });
    const apart = { count: 2, dims: 1, values: Float64Array.of(1e200, 1e200) };
    await expect(frechetDistance(apart, small)).rejects.toMatchObject({ code: "invalid_input" });
  });

  test.each([
    [5, 40],
    [40, 5],
  ])("of a set of %i vectors of %i dimensions with itself is zero up to rounding", async (count, dims) => {
    const a = { count, dims, values: pseudoNormals(count * dims, 1) };
    expect(await frechetDistance(a, a)).toBeGreaterThanOrEqual(0);
    expect(await frechetDistance(a, a)).toBeLessThan(1e-10);
  });

  test("is symmetric where one side has more and the other fewer vectors than dimensions", async () => {
    const a = { count: 50, dims: 12, values: pseudoNormals(600, 2) };
    const b = { count: 7, dims: 12, values: pseudoNormals(84, 3) };
    expect(await frechetDistance(a, b)).toBeCloseTo(await frechetDistance(b, a), 10);
  });

  test("is the same whether vectors are reduced to a triangle or padded with dimensions of zeros", async () => {
    const values = [pseudoNormals(600, 4), pseudoNormals(480, 5)];
    const narrow = values.map((v) => ({ count: v.length / 12, dims: 12, values: v }));
    const wide = narrow.map(({ count, values }) => {
      const padded = new Float64Array(count * 90);
      for (let i = 0; i < count; i++) padded.set(values.subarray(i * 12, i * 12 + 12), i * 90);
      return { count, dims: 90, values: padded };
    });
    expect(await frechetDistance(narrow[0]!, narrow[1]!)).toBeCloseTo(
      await frechetDistance(wide[0]!, wide[1]!),
      10,
    );
  });

  test("of sets of identical images is the squared distance of the two images", async () => {
    const a = { count: 3, dims: 2, values: new Float64Array([1, 2, 1, 2, 1, 2]) };
    const b = { count: 2, dims: 2, values: new Float64Array([4, 6, 4, 6]) };
    expect(await frechetDistance(a, b)).toBe(25);
  });

  test("of one image, of NaN and of different widths is rejected with an error that names it", async () => {
    const good = { count: 3, dims: 2, values: new Float64Array(6) };
    const one = { count: 1, dims: 2, values: new Float64Array(2) };
    await expect(frechetDistance(good, one, ["real", "generated"])).rejects.toThrow(/"generated" has 1/);
    const broken = { count: 2, dims: 2, values: new Float64Array([0, 0, 0, Number.NaN]) };
    await expect(frechetDistance(broken, good)).rejects.toThrow(/"a" is NaN at row 1, column 1/);
    const wide = { count: 2, dims: 3, values: new Float64Array(6) };
    await expect(frechetDistance(good, wide)).rejects.toThrow(/2 dimensions and "b" has 3/);
  });
});

describe("Fréchet distance with interval", () => {
  const normals = (count: number, dims: number, seed: number): Features => ({
    count,
    dims,
    values: new Random(seed).normals(count * dims),
  });

  test("between samples of one distribution is all bias, and says so", async () => {
    // Far more dimensions than vectors: the distance is bias alone, and falls slower than 1 / N, so a part of it shows.
    const { value, bias } = await frechetDistanceWithInterval(
      normals(40, 128, 1),
      normals(40, 128, 2),
      new Random(3),
    );
    expect(bias! / value).toBeGreaterThan(0.15);
    // Many vectors in few dimensions: 1 / N holds, and the estimate finds nearly all of it.
    const many = await frechetDistanceWithInterval(normals(400, 8, 1), normals(400, 8, 2), new Random(3));
    expect(many.bias! / many.value).toBeGreaterThan(0.6);
    expect(many.bias! / many.value).toBeLessThan(1.4);
  });

  test("is the same whether subsets share the products of all pairs or compute their own", async () => {
    // Zero dimensions added change no distance, but which way is taken: 40 vectors are more than twice 16, not 32.
    const [a, b] = [normals(40, 16, 4), normals(36, 16, 5)];
    const widened = [a, b].map(({ count, values }) => {
      const wide = new Float64Array(count * 32);
      for (let i = 0; i < count; i++) wide.set(values.subarray(16 * i, 16 * i + 16), 32 * i);
      return { count, dims: 32, values: wide };
    });
    const direct = await frechetDistanceWithInterval(a, b, new Random(6));
    const shared = await frechetDistanceWithInterval(widened[0]!, widened[1]!, new Random(6));
    expect(shared.value).toBeCloseTo(direct.value, 9);
    expect(shared.interval!.low).toBeCloseTo(direct.interval!.low, 9);
    expect(shared.interval!.high).toBeCloseTo(direct.interval!.high, 9);
    expect(shared.bias).toBeCloseTo(direct.bias!, 9);
  });

  test("covers the value, stays above zero, and is undefined for three vectors", async () => {
    const { value, interval } = await frechetDistanceWithInterval(
      normals(12, 20, 1),
      normals(12, 20, 2),
      new Random(1),
    );
    expect(interval!.low).toBeGreaterThanOrEqual(0);
    expect(interval!.low).toBeLessThan(value);
    expect(interval!.high).toBeGreaterThan(value);
    expect(
      (await frechetDistanceWithInterval(normals(3, 4, 1), normals(9, 4, 2), new Random(1))).interval,
    ).toBeNull();
  });
});

test("large sets agree whether reduced by way of their covariance or by reflections", async () => {
  // 1200 × 600² is worth a covariance. A dimension of zeros changes no distance, but makes that covariance singular.
  const random = new Random(1);
  const [values, others] = [random.normals(1200 * 600), random.normals(20 * 600).map((value) => value + 1)];
  const withZeros = (rows: Float32Array) =>
    Float32Array.from({ length: (rows.length / 600) * 601 }, (_, at) =>
      at % 601 === 600 ? 0 : rows[Math.floor(at / 601) * 600 + (at % 601)]!,
    );
  const regular = await frechetDistance(
    { count: 1200, dims: 600, values },
    { count: 20, dims: 600, values: others },
  );
  const singular = await frechetDistance(
    { count: 1200, dims: 601, values: withZeros(values) },
    { count: 20, dims: 601, values: withZeros(others) },
  );
  expect(Math.abs(regular / singular - 1)).toBeLessThan(FLOAT64);
});
