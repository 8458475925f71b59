import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { WeightSource } from "@/lib/engine/graph/weights";
import { neededWeights } from "@/lib/metrics/catalogue/feature-spec";
import { type MetricName, metricCatalogue, metricNames } from "@/lib/metrics/catalogue/metric-catalogue";
import { evaluateImages } from "@/lib/metrics/evaluate-images";
import { buildInceptionNetwork } from "@/lib/metrics/extractors/inception-network";
import { collectFeatures } from "@/lib/metrics/inputs/collect-features";
import { openFeatureCache } from "@/lib/metrics/inputs/feature-cache";
import { locateFeatures } from "@/lib/metrics/inputs/locate-features";
import { writeFidStatistics } from "@/lib/metrics/measures/fid-statistics";
import { gaussianOfFeatures } from "@/lib/metrics/measures/frechet-distance";
import { formulaWeights } from "@/lib/verification/formula-weights";
import { writeTinyClip } from "./extractors/tiny-clip";

const root = mkdtempSync(join(tmpdir(), "semblance-evaluation-"));
const clip = join(root, "clip");
const weightsFolder = join(root, "weights");
const cacheFolder = join(root, "cache");

/** Formula weights for every tensor that the network asks for, batch norms unfolded again. */
function inceptionWeights(): WeightSource {
  const tensors = [...buildInceptionNetwork(1, ["logits"]).parameters].flatMap(([name, { shape }]) => {
    if (name === "fc.weight") return [{ name, shape: [...shape] }];
    if (name.endsWith(".bias")) return [];
    const unit = name.slice(0, -".weight".length);
    const statistics = ["bias", "running_mean", "running_var", "weight"].map((part) => ({
      name: `${unit}.bn.${part}`,
      shape: [shape[0]!],
    }));
    return [...statistics, { name: `${unit}.conv.weight`, shape: [...shape] }];
  });
  return formulaWeights(tensors.sort((a, b) => (a.name < b.name ? -1 : 1)));
}

async function draw(name: string, count: number, green: number) {
  mkdirSync(join(root, name));
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const path = join(root, name, `${i}.png`);
      const data = Uint8Array.from({ length: 24 * 24 * 3 }, (_, at) =>
        at % 3 === 1 ? green : (at * (i + 3) * 7 + i * 40) % 256,
      );
      await sharp(data, { raw: { width: 24, height: 24, channels: 3 } })
        .png()
        .toFile(path);
      return { path, id: `${name}-${i}`, caption: `image ${"abcdefgh"[i]}` as string | null };
    }),
  );
}

let real: Awaited<ReturnType<typeof draw>>;
let generated: typeof real;
let weights: WeightSource;
beforeAll(async () => {
  writeTinyClip(clip);
  weights = inceptionWeights();
  const folder = join(weightsFolder, "inception");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "tiny.pth"), "stands in for the file");
  const files = [{ path: "tiny.pth", bytes: 22, sha256: "a".repeat(64) }];
  const manifest = join(folder, "semblance.json");
  writeFileSync(manifest, JSON.stringify({ name: "inception", files }));
  // Younger than the file for certain: both may be written within one tick of the clock.
  utimesSync(manifest, new Date(), new Date(Date.now() + 1000));
  [real, generated] = [await draw("real", 8, 40), await draw("generated", 8, 200)];
});
afterAll(() => rmSync(root, { recursive: true }));

type Input = Parameters<typeof evaluateImages>[0];
const run = (metrics: MetricName[], options: Partial<Input> = {}) =>
  evaluateImages({
    real,
    generated,
    metrics,
    weightsFolder,
    replacements: { "clip-vit-b-32": clip },
    readTensors: async () => weights,
    provider: "cpu",
    cacheFolder,
    ...options,
  });

describe("an evaluation", () => {
  test("gives every score its interval, counts, recipe and warnings", async () => {
    const stages: string[] = [];
    const { scores, leftOut } = await run(["fid", "kid", "clip-score"], {
      onProgress: ({ stage, done, total }) => stages.push(`${stage} ${done}/${total}`),
    });
    expect(leftOut).toEqual([]);
    const [fid, kid, clipScore] = scores as [(typeof scores)[0], (typeof scores)[0], (typeof scores)[0]];
    for (const score of [fid, kid, clipScore]) {
      expect(score.remedy).toBeNull();
      expect(score.low!).toBeLessThanOrEqual(score.value!);
      expect(score.high!).toBeGreaterThanOrEqual(score.value!);
      expect(score.n2).toBe(8);
      expect(score.recipe.seed).toBe(0);
    }
    expect(fid.n1).toBe(8);
    expect(fid.recipe).toMatchObject({ dialect: "pytorch-fid", layer: 2048, weightsSha256: "a".repeat(64) });
    expect(fid.warnings.join()).toMatch(/8 images are fewer than 2048: the value is too high by about/);
    expect(kid.warnings).toEqual([]);
    expect(clipScore.n1).toBe(0);
    expect(clipScore.recipe.captionPrefix).toBe("A photo depicts ");
    expect(clipScore.perImage!.map(({ id }) => id)).toEqual(generated.map(({ id }) => id));
    const mean = clipScore.perImage!.reduce((sum, { value }) => sum + value, 0) / 8;
    expect(clipScore.value).toBeCloseTo(mean, 12);
    expect(stages).toContain("FID Inception, real images 8/8");
    expect(stages.at(-1)).toBe("done 3/3");
  });

  test("of a set against itself gives a distance of zero", async () => {
    const { scores } = await run(["fid", "precision", "recall", "coverage"], { generated: real });
    expect(scores[0]!.value).toBeLessThan(1e-9);
    expect(scores.slice(1).map(({ value }) => value)).toEqual([1, 1, 1]);
  });

  test("gives the same result for stored statistics as for the images behind them", async () => {
    const located = await locateFeatures(
      { network: "inception", dialect: "pytorch-fid", output: 2048 },
      { weightsFolder, readTensors: async () => weights, provider: "cpu" },
    );
    const cache = openFeatureCache(cacheFolder, located.recipe);
    const extractor = await located.open(4);
    const { features } = await collectFeatures(real.slice(0, 4), async () => extractor, cache, {
      dims: 2048,
    });
    await extractor.release();
    const path = join(root, "real.npz");
    await writeFidStatistics(path, await gaussianOfFeatures(features));
    const [fid, kid] = (await run(["fid", "kid"], { real: [], realStatistics: path })).scores;
    const { scores } = await run(["fid"], { real: real.slice(0, 4) });
    expect(Math.abs(fid!.value! / scores[0]!.value! - 1)).toBeLessThan(1e-6);
    expect(fid!.recipe.realStatistics).toBe("real.npz");
    expect(fid!.low!).toBeLessThan(fid!.value!);
    expect(fid!.high!).toBeGreaterThan(fid!.value!);
    expect(fid!.warnings[0]).toMatch(
      /8 images are fewer than 2048.*too high by about .* of the generated set alone/,
    );
    expect(kid!.warnings[0]).toMatch(/needs the real images themselves/);
  });

  test("names the nearest real image of each generated one", async () => {
    const copied = { ...real[5]!, id: "copy" };
    const { scores } = await run(["nearest-real"], { generated: [generated[0]!, copied] });
    expect(scores[0]!.perImage![1]).toEqual({ id: "copy", value: expect.closeTo(1, 6), nearest: "real-5" });
    expect(scores[0]!.perImage![0]!.nearest).toMatch(/^real-\d$/);
  });

  test("is the same for the same seed", async () => {
    const [first, second] = [await run(["fd-clip", "r-precision"]), await run(["fd-clip", "r-precision"])];
    expect(second).toEqual(first);
    expect(first.scores[1]!.recipe.otherCaptions).toBe(7);
  });

  test("gives a metric the same value and interval regardless of the other metrics and their order", async () => {
    const names: MetricName[] = ["r-precision", "fid", "kid", "density", "recall", "clip-score", "fd-clip"];
    const together = (await run(names)).scores;
    const reversed = (await run(names.toReversed())).scores.toReversed();
    expect(reversed).toEqual(together);
    for (const name of ["fid", "density", "r-precision"] as const) {
      expect((await run([name])).scores).toEqual([together[names.indexOf(name)]]);
    }
  });

  test("gives each image a value for the metrics for which the catalogue says so", async () => {
    // Those of the features that the tests above have left in the cache.
    const names = metricNames.filter((name) => {
      const { features, measure } = metricCatalogue[name];
      const isCached =
        features.network === "inception"
          ? features.dialect === "pytorch-fid"
          : neededWeights(features) === "clip-vit-b-32";
      return isCached && measure !== "grounding";
    });
    expect(names.length).toBeGreaterThan(8);
    // Two of one caption: diversity compares them.
    const paired = generated.map((image, at) => ({ ...image, caption: generated[at - (at % 2)]!.caption }));
    for (const { metric, value, perImage } of (await run(names, { generated: paired })).scores) {
      const { per } = metricCatalogue[metric as MetricName];
      expect([metric, value === null, perImage !== null]).toEqual([metric, false, per === "image"]);
    }
  });

  test("takes features from the cache the second time, without opening the network", async () => {
    let opened = 0;
    const few = {
      real: real.slice(0, 2),
      generated: generated.slice(0, 2),
      cacheFolder: join(root, "other-cache"),
      readTensors: async () => {
        opened++;
        return weights;
      },
    };
    const first = await run(["kid"], few);
    expect(opened).toBe(1);
    const stored = readdirSync(few.cacheFolder, { recursive: true, withFileTypes: true });
    expect(stored.filter((file) => file.isFile())).toHaveLength(4);
    expect(await run(["kid"], few)).toEqual({ ...first, features: { computed: 0, reused: 4 } });
    expect(opened).toBe(1);
    // Another dialect is another recipe: nothing of it is in the cache.
    await run(["kid-tensorflow"], few);
    expect(opened).toBe(2);
  });
});

describe("an evaluation that cannot be completed", () => {
  test("for lack of weights names the command that installs them, and computes the rest", async () => {
    const { scores } = await run(["cmmd", "clip-score-glide", "r-precision"]);
    expect(scores.map(({ value }) => value === null)).toEqual([true, true, false]);
    expect(scores[0]!.remedy).toContain("weights get clip-vit-l-14-336");
    expect(scores[1]!.remedy).toContain("weights add clip-vit-b-16 PATH");
    expect(scores[1]!.warnings[0]).toContain("CLIP ViT-B/16");
  });

  test("uses weights given by path, and identifies them by hash", async () => {
    const inception = join(weightsFolder, "inception", "tiny.pth");
    const { scores } = await run(["kid", "clip-score"], {
      real: real.slice(0, 2),
      generated: generated.slice(0, 2),
      weightsFolder: join(root, "nothing-installed"),
      replacements: { inception, "clip-vit-b-32": join(root, "no-clip") },
    });
    expect(scores[0]!.value).not.toBeNull();
    expect(scores[0]!.recipe.network).toBe("Inception in tiny.pth");
    expect(scores[0]!.recipe.weightsSha256).toBe(
      createHash("sha256").update("stands in for the file").digest("hex"),
    );
    expect(scores[1]!.warnings[0]).toContain("no-clip is neither a folder nor the id of a model");
  });

  test("with one image, or without captions or photographs, says so instead of giving NaN", async () => {
    const single = await run(["fid", "kid", "precision", "clip-score"], { generated: generated.slice(0, 1) });
    expect(single.scores.slice(0, 3).map(({ value }) => value)).toEqual([null, null, null]);
    expect(single.scores[0]!.warnings[0]).toMatch(/needs at least 2 images on each side; "generated" has 1/);
    expect(single.scores[3]!.value).not.toBeNull();
    expect(single.scores[3]!.low).toBeNull();
    const bare = generated.map((image) => ({ ...image, caption: null }));
    const { scores } = await run(["clip-score"], { generated: bare });
    expect(scores[0]).toMatchObject({
      value: null,
      warnings: ["None of the generated images has a caption."],
    });
    const alone = await run(["fid", "clip-score"], { real: [] });
    expect(alone.scores[0]).toMatchObject({
      value: null,
      remedy: "Evaluate against a dataset with photographs.",
    });
    expect(alone.scores[1]!.value).not.toBeNull();
  });

  test("works with identical images", async () => {
    const same = (images: typeof real) => images.map((image) => ({ ...image, path: images[0]!.path }));
    const metrics = ["fid", "kid", "precision", "recall", "density", "coverage", "inception-score"] as const;
    const { scores } = await run([...metrics], {
      real: same(real),
      generated: same(generated as typeof real) as typeof generated,
    });
    for (const { metric, value, low, high } of scores) {
      expect([metric, Number.isFinite(value), Number.isFinite(low), Number.isFinite(high)]).toEqual([
        metric,
        true,
        true,
        true,
      ]);
    }
    // One repeated image against another: what is left is the distance of their features.
    expect(scores[0]!.value).toBeGreaterThan(0);
    expect(scores[0]!.high! - scores[0]!.low!).toBeLessThan(1e-9 * Math.max(1, scores[0]!.value!));
  });

  test("leaves out a damaged image and says so; unequal counts are reported too", async () => {
    const damaged = { path: join(root, "damaged.png"), id: "damaged", caption: "image z" };
    writeFileSync(damaged.path, "not an image");
    const { scores, leftOut } = await run(["fd-clip"], { generated: [damaged, ...generated.slice(1)] });
    expect(leftOut).toEqual([
      { path: damaged.path, name: "damaged.png", reason: expect.stringContaining("damaged.png") },
    ]);
    expect(scores[0]).toMatchObject({ n1: 8, n2: 7 });
    expect(scores[0]!.warnings.join(" ")).toMatch(
      /1 generated image could not be read.*damaged\.png.*sets differ in size/,
    );
  });

  test("names a left-out image by its file name, not by the path of its blob", async () => {
    const path = join(root, "0a".repeat(32));
    writeFileSync(path, "not an image");
    const lost = { path, id: "x", name: "cats/00.jpg", caption: null };
    const gone = { path: join(root, "ff".repeat(32)), id: "y", name: "dogs/00.jpg", caption: null };
    const { scores } = await run(["fd-clip"], { real: [lost, gone, ...real] });
    expect(scores[0]!.warnings.join(" ")).toContain(
      "2 real images could not be read and were left out: cats/00.jpg is not a readable image. dogs/00.jpg does not exist.",
    );
    expect(scores[0]!.warnings.join(" ")).not.toContain("0a0a");
  });

  test("of transparent images and the same on white finds no difference", async () => {
    const folder = join(root, "transparent");
    mkdirSync(folder);
    const sets = await Promise.all(
      ["transparent", "white"].map((kind) =>
        Promise.all(
          real.map(async ({ path, id }, i) => {
            const alpha = Buffer.from(Array.from({ length: 24 * 24 }, (_, at) => (at * (i + 2)) % 256));
            const cut = sharp(path).joinChannel(alpha, { raw: { width: 24, height: 24, channels: 1 } });
            const file = join(folder, `${kind}-${i}.png`);
            const png = await cut.png().toBuffer();
            await sharp(
              kind === "white" ? await sharp(png).flatten({ background: "#fff" }).png().toBuffer() : png,
            )
              .png()
              .toFile(file);
            return { path: file, id, caption: null };
          }),
        ),
      ),
    );
    const { scores } = await run(["fd-clip"], { real: sets[0]!, generated: sets[1]! });
    expect(scores[0]!.value).toBeLessThan(1e-6);
  });

  test("is rejected without any generated image, and stops when cancelled", async () => {
    await expect(run(["fid"], { generated: [] })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(run(["fd-clip"], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "cancelled",
    });
  });
});

describe("an evaluation at a side", () => {
  test("compares squares of that side, caches their features separately, and says so in the recipe", async () => {
    const folder = join(root, "side-cache");
    const asTheyAre = await run(["clip-score"], { cacheFolder: folder });
    const [whole, small] = [
      await run(["fid"], { cacheFolder: folder }),
      await run(["fid"], { cacheFolder: folder, sidePx: 16 }),
    ];
    expect(asTheyAre.scores[0]!.recipe.comparedAt).toBeUndefined();
    expect(whole.scores[0]!.recipe.comparedAt).toBeUndefined();
    expect(small.scores[0]!.recipe.comparedAt).toBe("centre square, Pillow bicubic 16");
    expect(small.scores[0]!.value).not.toBe(whole.scores[0]!.value);
    // 24 px images cannot be shown at 32.
    const { scores, leftOut } = await run(["fid"], { cacheFolder: folder, sidePx: 32 });
    expect(scores[0]!.value).toBeNull();
    expect(leftOut[0]!.reason).toBe("0.png is 24 × 24 px and cannot be compared at 32 px.");
  });
});

test("of an extended set only computes the features of the new images", async () => {
  const folder = join(root, "growing-cache");
  const first = await run(["fid", "kid"], { cacheFolder: folder, generated: generated.slice(0, 5) });
  // FID and KID read the same features: eight photographs, five images.
  expect(first.features).toEqual({ computed: 13, reused: 0 });
  const second = await run(["fid", "kid"], { cacheFolder: folder });
  expect(second.features).toEqual({ computed: 3, reused: 13 });
  const fresh = await run(["fid"], { cacheFolder: null });
  expect(second.scores[0]!.value).toBe(fresh.scores[0]!.value);
});
