/** Prior preservation: the loss and its gradients are those of DreamBooth's formula. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { train as trainCommand } from "@/cli/train";
import { initialWeights } from "@/lib/diffusion/model/initial-weights";
import { encodeCaption } from "@/lib/diffusion/model/tokenizer";
import { createDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import { batchFeeds, type NoisedExample } from "@/lib/diffusion/training/batch-feeds";
import { withPrior } from "@/lib/diffusion/training/prior-preservation";
import { train } from "@/lib/diffusion/training/train";
import { TrainingStep } from "@/lib/diffusion/training/training-step";
import { Random } from "@/lib/numerics/random";
import { smallOptions, smallRequest } from "./small-run";

vi.setConfig({ testTimeout: 180_000 });

const diffusion = createDiffusion({
  noiseSchedule: smallOptions.noise_schedule,
  diffusionSteps: smallOptions.diffusion_steps,
});
const random = new Random(5);

function example(timestep: number): NoisedExample {
  return {
    pixels: random.normals(3 * 64).map((value) => Math.tanh(value)),
    lowResPixels: null,
    caption: encodeCaption("a dog", smallOptions.text_ctx),
    drawn: { timestep, errorWeight: 1, boundWeight: 1 },
    noise: random.normals(3 * 64),
    knownMask: null,
  };
}

const weights = new Map(
  [...initialWeights(smallOptions, 1)].map(([name, { data }]) => [
    name,
    // The last convolutions start at zero: nothing before them would have a gradient.
    data.map((value) => value + 0.05 * random.normal()),
  ]),
);

async function lossOf(
  examples: readonly NoisedExample[],
  change: { name: string; at: number; by: number } | null = null,
) {
  const step = await TrainingStep.create({
    options: smallOptions,
    diffusion,
    batchSize: examples.length,
    dropoutRate: 0,
    trained: "all",
    threads: 1,
  });
  const gradients = new Map(
    [...step.trainedShapes].map(([name, shape]) => [
      name,
      new Float32Array(shape.reduce((a, b) => a * b, 1)),
    ]),
  );
  const used = new Map(weights);
  if (change) {
    const data = weights.get(change.name)!.slice();
    data[change.at]! += change.by;
    used.set(change.name, data);
  }
  const { loss } = await step.run(
    used,
    batchFeeds(examples, { options: smallOptions, diffusion }, step.textInputNames),
    gradients,
  );
  await step.release();
  return { loss, gradients };
}

const norm2 = (values: ArrayLike<number>) =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value ** 2, 0));

describe("the loss with prior preservation", () => {
  const [own, prior] = [
    [example(100), example(700)],
    [example(300), example(900)],
  ];
  const weight = 0.7;

  test("is the images' mean plus the weight times the class images' mean, with its gradients", async () => {
    const joint = await lossOf(withPrior(own, prior, weight));
    const [a, b] = [await lossOf(own), await lossOf(prior)];
    expect(joint.loss).toBeCloseTo(a.loss + weight * b.loss, 5);
    for (const [name, gradient] of joint.gradients) {
      const [ofImages, ofClass] = [a.gradients.get(name)!, b.gradients.get(name)!];
      const expected = ofImages.map((value, at) => value + weight * ofClass[at]!);
      const norm = norm2(expected);
      expect(norm2(gradient.map((value, at) => value - expected[at]!))).toBeLessThan(1e-5 + 1e-4 * norm);
    }
  });

  test("has the gradients of finite differences", async () => {
    const { gradients } = await lossOf(withPrior(own, prior, weight));
    for (const name of ["out.2.weight", "time_embed.0.weight"]) {
      const gradient = gradients.get(name)!;
      const at = gradient.reduce(
        (most, value, i) => (Math.abs(value) > Math.abs(gradient[most]!) ? i : most),
        0,
      );
      const by = 1e-2;
      const [up, down] = [
        await lossOf(withPrior(own, prior, weight), { name, at, by }),
        await lossOf(withPrior(own, prior, weight), { name, at, by: -by }),
      ];
      const difference = (up.loss - down.loss) / (2 * by);
      expect(Math.abs(difference - gradient[at]!)).toBeLessThan(0.02 * Math.abs(gradient[at]!) + 1e-4);
    }
  });

  test("counts each group by its own mean where they differ in size", () => {
    const mixed = withPrior([example(1)], [example(2), example(3), example(4)], 0.5);
    expect(mixed.map(({ drawn }) => drawn.errorWeight)).toEqual([4, 2 / 3, 2 / 3, 2 / 3]);
    expect(mixed.map(({ drawn }) => drawn.boundWeight)).toEqual([4, 2 / 3, 2 / 3, 2 / 3]);
  });
});

describe("class images", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "semblance-class-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("cannot be drawn by a model from scratch, and this is said in words", async () => {
    const settings = { priorWeight: 1, classPrompt: "a dog" };
    await expect(train(await smallRequest(folder, { run: "scratch", settings }))).rejects.toThrow(
      "A model trained from scratch cannot draw class images",
    );
  });

  test("of a folder without images are refused in words, and so are settings that contradict each other", async () => {
    const { directory, images } = await smallRequest(folder, { run: "cli" });
    const command = (options: object) =>
      trainCommand(join(images[0]!.path, ".."), { out: directory, ...options }, { write: () => true });
    await expect(
      command({ priorWeight: 1, classImages: await mkdtemp(join(folder, "empty-")) }),
    ).rejects.toThrow(/The folder of class images, .*empty-.*, has no images\./);
    await expect(command({ classPrompt: "a dog" })).rejects.toThrow("prior preservation is off");
    await expect(command({ priorWeight: 1 })).rejects.toThrow("needs images of the class");
    await expect(command({ validationSet: "x" })).rejects.toThrow("never validated");
  });
});
