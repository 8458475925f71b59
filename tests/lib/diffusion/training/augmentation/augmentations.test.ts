/** Augmentations against torchvision's values, and what holds of every one. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  type AugmentationSettings,
  applyAugmentations,
  degradationsOf,
  drawAugmentations,
} from "@/lib/diffusion/training/augmentation/augment";
import { augmentationChoices } from "@/lib/diffusion/training/augmentation/choice";
import { degradedEnding, markedTimestepEmbedding } from "@/lib/diffusion/training/augmentation/degraded-mark";
import {
  type AugmentationName,
  augmentationNames,
  augmentationTable,
} from "@/lib/diffusion/training/augmentation/registry";
import { Random } from "@/lib/numerics/random";

type Reference = {
  amounts: Record<string, number | null>;
  image: number[];
  results: Record<string, number[]>;
};
const reference = JSON.parse(
  readFileSync(new URL("./torchvision-values.json", import.meta.url), "utf8"),
) as Reference;

/** From values of 0 to 1, as they are published, and back. */
const toPixels = (values: readonly number[]) => Float32Array.from(values, (value) => 2 * value - 1);
const image = toPixels(reference.image);
const sizePx = 6;

describe("values of torchvision", () => {
  test.each(Object.keys(reference.results) as AugmentationName[])("%s", (name) => {
    const found = augmentationTable[name].apply(image, reference.amounts[name] ?? 0, new Random(1));
    const expected = reference.results[name]!;
    for (const [at, value] of found.entries()) expect((value + 1) / 2).toBeCloseTo(expected[at]!, 4);
  });
});

const usual = (name: AugmentationName) => {
  const { range } = augmentationTable[name];
  return range === null ? 0 : range.to;
};

describe.each(augmentationNames)("%s", (name) => {
  const { apply, range } = augmentationTable[name];

  test("leaves its input alone, stays from -1 to 1 and repeats itself", () => {
    const before = image.slice();
    const once = apply(image, usual(name), new Random(4, 2));
    expect(image).toEqual(before);
    expect(once).toHaveLength(image.length);
    for (const value of once) expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-6);
    expect(apply(image, usual(name), new Random(4, 2))).toEqual(once);
  });

  test.skipIf(range === null)("its smallest and largest amounts are defined, whatever the size", () => {
    for (const side of [1, 5, 8]) {
      const any = new Random(7).normals(3 * side ** 2).map(Math.tanh);
      for (const amount of [range!.least, range!.most, 0].filter((each) => each >= range!.least)) {
        expect(apply(any, amount, new Random(3)).every(Number.isFinite)).toBe(true);
      }
    }
  });
});

describe("without an effect", () => {
  test.each([
    ["crop", 1],
    ["scale", 1],
    ["rotate", 0],
    ["brightness", 1],
    ["contrast", 1],
    ["saturation", 1],
    ["hue", 0],
    ["hue", 360],
    ["blur", 0],
    ["pixelation", 0],
    ["noise", 0],
    ["occlusion", 0],
  ] as const)("%s by %d is the image", (name, amount) => {
    const found = augmentationTable[name].apply(image, amount, new Random(1));
    for (const [at, value] of found.entries()) expect(value).toBeCloseTo(image[at]!, 5);
  });
});

test("pixelation keeps the mean of each square, and mirrors nothing over channels", () => {
  const coarse = augmentationTable.pixelation.apply(image, 50, new Random(1));
  for (const channel of [0, 1, 2]) {
    const at = (y: number, x: number) => channel * sizePx ** 2 + y * sizePx + x;
    for (const [top, left] of [
      [0, 0],
      [0, 3],
      [3, 0],
      [3, 3],
    ] as const) {
      const square = [0, 1, 2].flatMap((y) => [0, 1, 2].map((x) => at(top + y, left + x)));
      const mean = square.reduce((sum, place) => sum + image[place]!, 0) / 9;
      for (const place of square) expect(coarse[place]).toBeCloseTo(mean, 5);
    }
  }
});

test("noise has the deviation that was asked for", () => {
  const grey = new Float32Array(3 * 40 ** 2);
  const noisy = augmentationTable.noise.apply(grey, 0.1, new Random(5));
  const deviation = Math.sqrt(noisy.reduce((sum, value) => sum + (value / 2) ** 2, 0) / noisy.length);
  // Of 4800 values the standard error is 0.001.
  expect(Math.abs(deviation - 0.1)).toBeLessThan(0.004);
});

test("occlusion covers the share that was asked for, in all three channels", () => {
  const white = new Float32Array(3 * 64 ** 2).fill(1);
  for (let n = 0; n < 20; n++) {
    const covered = augmentationTable.occlusion.apply(white, 0.2, new Random(2, n));
    const share = covered.filter((value) => value === 0).length / covered.length;
    expect(Math.abs(share - 0.2)).toBeLessThan(0.02);
    expect(covered.subarray(0, 64 ** 2)).toEqual(covered.subarray(64 ** 2, 2 * 64 ** 2));
  }
});

test("every augmentation has a random stream of its own, below those of the next example", () => {
  const streams = augmentationNames.map((name) => augmentationTable[name].stream);
  expect(new Set(streams).size).toBe(streams.length);
  expect(Math.max(...streams)).toBeLessThan(32);
});

const randomOf = (number: number) => new Random(9, number);
const settings = (augmentations: object, captionWords: "protect" | "warn" = "protect") =>
  ({ augmentations: augmentationChoices.parse(augmentations), captionWords }) satisfies AugmentationSettings;

describe("what happens to an example", () => {
  test("follows the probability, and amounts lie in their range", () => {
    const one = settings({ rotate: { probability: 0.3, from: -5, to: 20 } });
    const drawn = Array.from({ length: 1000 }, (_, n) => drawAugmentations(one, [], n, randomOf)).flat();
    // Four standard deviations of 1000 coins: 0.058.
    expect(Math.abs(drawn.length / 1000 - 0.3)).toBeLessThan(0.058);
    const amounts = drawn.map(({ amount }) => amount);
    expect(Math.min(...amounts)).toBeGreaterThanOrEqual(-5);
    expect(Math.max(...amounts)).toBeLessThanOrEqual(20);
    expect(Math.max(...amounts) - Math.min(...amounts)).toBeGreaterThan(22);
  });

  test("does not change where another augmentation is added", () => {
    const alone = drawAugmentations(settings({ noise: { probability: 1 } }), [], 3, randomOf);
    const more = settings({
      noise: { probability: 1 },
      blur: { probability: 1 },
      mirror: { probability: 1 },
    });
    const together = drawAugmentations(more, [], 3, randomOf);
    expect(together.map(({ name }) => name)).toEqual(["mirror", "blur", "noise"]);
    expect(together.at(-1)!.amount).toBe(alone[0]!.amount);
    const noised = applyAugmentations(image, together.slice(-1), "others");
    expect(noised).toEqual(applyAugmentations(image, alone, "others"));
  });

  test("spares captions that name what changes, if it is to", () => {
    const both = { mirror: { probability: 1 }, hue: { probability: 1 }, blur: { probability: 1 } };
    const names = (words: "protect" | "warn") =>
      drawAugmentations(settings(both, words), ["side", "colour"], 0, randomOf).map(({ name }) => name);
    expect(names("protect")).toEqual(["blur"]);
    expect(names("warn")).toEqual(["mirror", "hue", "blur"]);
  });
});

describe("a worsened image", () => {
  test("is told by words after its caption", () => {
    const drawn = drawAugmentations(
      settings({ noise: { probability: 1 }, blur: { probability: 1 }, mirror: { probability: 1 } }),
      [],
      1,
      randomOf,
    );
    const words = degradationsOf(drawn);
    expect(words).toEqual(["blurred", "noisy"]);
    expect(degradedEnding("a dog", words)).toBe(", blurred and noisy");
    expect(degradedEnding("", words)).toBe("blurred and noisy");
    expect(degradedEnding("a dog", [])).toBe("");
  });

  test("is told by one component of its timestep's embedding, which no timestep reaches", () => {
    const plain = markedTimestepEmbedding([999, 3], 32, [false, false]);
    const marked = markedTimestepEmbedding([999, 3], 32, [false, true]);
    const differences = [...marked].flatMap((value, at) => (value === plain[at] ? [] : [at]));
    expect(differences).toEqual([63]);
    expect(marked[63]! - plain[63]!).toBeCloseTo(1, 6);
    expect(plain[31]).toBeLessThan(0.2);
  });
});

describe("choices", () => {
  test("come in the registry's order with usual values, so that equal ones have equal text", () => {
    const one = augmentationChoices.parse({ blur: {}, mirror: { probability: 0.2 } });
    expect(JSON.stringify(one)).toBe(
      '{"mirror":{"probability":0.2},"blur":{"probability":0.5,"from":0.8,"to":2.5}}',
    );
  });

  test.each([
    [{ rotated: {} }, "rotated"],
    [{ rotate: { from: 10, to: -10 } }, "ends before it begins"],
    [{ rotate: { from: -500 } }, "-180"],
    [{ mirror: { probability: 2 } }, "1"],
    [{ mirror: { from: 1 } }, "from"],
  ])("%j is refused", (given, words) => {
    expect(augmentationChoices.safeParse(given).error?.message).toContain(words);
  });
});
