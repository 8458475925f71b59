import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { WeightSource } from "@/lib/engine/graph/weights";
import { readWeights } from "@/lib/engine/runtime/read-weights";
import { metricCatalogue } from "@/lib/metrics/catalogue/metric-catalogue";
import { evaluateImages } from "@/lib/metrics/evaluate-images";
import {
  createDemoClipCaptionEncoder,
  createDemoClipImageExtractor,
} from "@/lib/metrics/extractors/demo-clip";
import { demoClipDims } from "@/lib/metrics/extractors/demo-clip-network";
import { DemoClipVocabulary } from "@/lib/metrics/extractors/demo-clip-vocabulary";
import { demoClipPath } from "@/lib/metrics/weights/demo-clip";
import { hashFile } from "@/lib/metrics/weights/download-file";
import { Random } from "@/lib/numerics/random";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { drawDemoClipWeights } from "./demo-clip-weights";

const words = ["a", "black", "blue", "collar", "couch", "dog", "on", "with"];
const weights = drawDemoClipWeights(words);

function drawImage(seed: number, width: number, height: number) {
  const random = new Random(seed);
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, () => random.integer(256)) };
}

describe("the vocabulary", () => {
  const vocabulary = new DemoClipVocabulary(words);

  test("reads words without case and punctuation, the others as unknown", () => {
    const { words: rows, mask } = vocabulary.encode(["A black, puppy!", ""]);
    expect([...rows.slice(0, 4)]).toEqual([1n, 2n, 0n, 0n]);
    expect([...mask.slice(0, 4)]).toEqual([1, 1, 1, 0]);
    expect([...mask.slice(32, 35)]).toEqual([1, 0, 0]);
    expect(vocabulary.unknown("A black, puppy!")).toEqual(["puppy"]);
  });

  test("truncates a caption after its 32nd word, and survives serialisation", () => {
    const long = `${"dog ".repeat(32)}black`;
    const { words: rows, mask } = DemoClipVocabulary.fromBytes(vocabulary.toBytes()).encode([long, "black"]);
    expect(rows[31]).toBe(6n);
    expect(mask[31]).toBe(1);
    expect(rows[32]).toBe(2n);
  });
});

describe("the towers", () => {
  test("give an image the same embedding at any place in a batch, and at any size before downsampling", async () => {
    const images = [drawImage(1, 64, 64), drawImage(2, 90, 64), drawImage(3, 256, 256)];
    const [three, one] = await Promise.all(
      [3, 1].map((batch) => createDemoClipImageExtractor(weights, { batch, threads: 1 })),
    );
    const together = await three!.extract(images);
    expect(together).toHaveLength(3 * demoClipDims);
    expect(await three!.extract(images)).toEqual(together);
    for (const [index, image] of images.entries()) {
      const alone = await one!.extract([image]);
      expect(Math.hypot(...alone)).toBeCloseTo(8, 4);
      const row = together.subarray(index * demoClipDims, (index + 1) * demoClipDims);
      for (let k = 0; k < demoClipDims; k++) expect(alone[k]).toBeCloseTo(row[k]!, 5);
    }
    await Promise.all([three!.release(), one!.release()]);
  });

  test("embed captions as the definition in double precision does, and tell the order of words", async () => {
    const captions = [
      "a black dog with a blue collar on a couch",
      "a black dog with a collar on a blue couch",
    ];
    const encoder = await createDemoClipCaptionEncoder(weights, { threads: 1 });
    // More captions than one run takes.
    const many = await encoder.encode(Array.from({ length: 18 }, (_, i) => captions[i % 2]!));
    await encoder.release();
    for (const [index, caption] of captions.entries()) {
      const defined = embedByDefinition(weights, caption);
      for (const at of [index, 16 + index]) {
        for (let k = 0; k < demoClipDims; k++)
          expect(many[at * demoClipDims + k]).toBeCloseTo(defined[k]!, 4);
      }
    }
    const apart = Math.hypot(...captions.map((_, k) => many[k]! - many[demoClipDims + k]!));
    expect(apart).toBeGreaterThan(1e-3);
  });

  test("say what is missing in a file that is something else", async () => {
    await expect(createDemoClipCaptionEncoder(new Map())).rejects.toThrow(/caption\.vocabulary/);
    await expect(createDemoClipImageExtractor(new Map(), { batch: 1 })).rejects.toThrow(/picture\.0/);
  });
});

describe("its metrics", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "semblance-demo-clip-"));
    for (let index = 0; index < 6; index++) {
      const { data, width, height } = drawImage(index, 64, 64);
      await sharp(data, { raw: { width, height, channels: 3 } }).toFile(join(folder, `${index}.png`));
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  const evaluate = (weightsFolder: string) => {
    const image = (index: number) => ({ path: join(folder, `${index}.png`), id: String(index) });
    return evaluateImages({
      real: [0, 1, 2].map(image),
      generated: [3, 4, 5].map((index) => ({ ...image(index), caption: "a black dog on a couch" })),
      metrics: ["clip-score-demo", "fd-demo", "kid-demo"],
      weightsFolder,
      cacheFolder: join(folder, "features"),
      readTensors: readWeights,
      provider: "cpu",
    });
  };

  test("are always labelled as the demo's", () => {
    for (const name of ["clip-score-demo", "fd-demo", "kid-demo"] as const) {
      expect(metricCatalogue[name].title).toContain("the demo's CLIP");
    }
  });

  test("find the installed file, name it by its hash, and keep the features", async () => {
    const tensors = [...weights].map(([name, { shape, data }]) => {
      const dtype = "float32" as const;
      return [name, { dtype, shape, data: data as Float32Array<ArrayBuffer> }] as const;
    });
    await writeSafetensors(demoClipPath(folder), new Map(tensors));
    const first = await evaluate(folder);
    expect(first.features).toEqual({ computed: 6, reused: 0 });
    for (const { value, recipe, metric } of first.scores) {
      expect(value, metric).not.toBeNull();
      expect(recipe.weightsSha256).toBe(await hashFile(demoClipPath(folder)));
      expect(recipe.network).toContain("the demo's CLIP");
    }
    const second = await evaluate(folder);
    expect(second.features).toEqual({ computed: 0, reused: 6 });
    expect(second.scores).toEqual(first.scores);
  });

  test("say how to get the weights where there are none", async () => {
    const { scores } = await evaluate(join(folder, "nothing"));
    for (const { value, warnings, remedy } of scores) {
      expect(value).toBeNull();
      expect(warnings[0]).toContain("the demo's CLIP");
      expect(remedy).toContain("npm start");
      expect(remedy).toContain("--demo-clip");
    }
  });
});

/** The caption tower written out in double precision, for captions of known words. */
function embedByDefinition(source: WeightSource, caption: string): number[] {
  const of = (name: string) => source.get(`caption.${name}`)!;
  const width = of("words.weight").shape[1]!;
  let x = caption.split(" ").map((word) => {
    const row = words.indexOf(word) + 1;
    return [...of("words.weight").data.subarray(row * width, (row + 1) * width)];
  });
  for (const index of [0, 1]) {
    const { data: kernel } = of(`mixing.${index}.weight`);
    const bias = of(`mixing.${index}.bias`).data;
    x = x.map((vector, place) =>
      vector.map((value, output) => {
        let sum = bias[output]!;
        for (const [tap, neighbour] of [x[place - 1], vector, x[place + 1]].entries()) {
          neighbour?.forEach((input, channel) => {
            sum += input * kernel[(output * width + channel) * 3 + tap]!;
          });
        }
        return value + gelu(sum);
      }),
    );
  }
  const mean = x[0]!.map((_, channel) => x.reduce((sum, vector) => sum + vector[channel]!, 0) / x.length);
  const map = (name: string, input: readonly number[]) =>
    [...of(`${name}.bias`).data].map((bias, output) =>
      input.reduce(
        (sum, value, k) => sum + value * of(`${name}.weight`).data[output * input.length + k]!,
        bias,
      ),
    );
  return map("projection", map("hidden", mean).map(gelu));
}

/** x Φ(x), Φ by the series of the error function, which converges quickly for the small values here. */
function gelu(x: number): number {
  const t = x / Math.SQRT2;
  let term = t;
  let sum = t;
  for (let n = 1; n < 200; n++) {
    term *= (-t * t) / n;
    sum += term / (2 * n + 1);
  }
  return x * (0.5 + sum / Math.sqrt(Math.PI));
}
