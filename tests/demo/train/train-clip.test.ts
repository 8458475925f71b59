import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ClipBatches } from "@/demo/train/clip-batches";
import { type ClipRecipe, clipRecipe } from "@/demo/train/clip-recipe";
import { ClipStep } from "@/demo/train/clip-step";
import { trainClip, worldVocabulary } from "@/demo/train/train-clip";
import { alsoTrue } from "@/demo/train/world-pairs";
import type { Caption } from "@/demo/world/captions";
import { drawImageFiles } from "@/demo/world/image-files";
import { worldImage } from "@/demo/world/image-sets";
import { globalNorm } from "@/lib/diffusion/training/gradient-clipping";
import { elementCount } from "@/lib/engine/graph/tensor-type";
import { Random } from "@/lib/numerics/random";

const recipe: ClipRecipe = {
  ...clipRecipe,
  images: 32,
  batchSize: 16,
  steps: 40,
  checkpointEverySteps: 20,
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semblance-train-clip-"));
  await drawImageFiles("clip-training", recipe.images, { folder: join(folder, "images"), sizePx: 64 });
});
afterAll(() => rm(folder, { recursive: true }));

/** A folder of its own with the images drawn. */
async function workFolder(name: string): Promise<string> {
  const work = join(folder, name);
  await cp(join(folder, "images"), join(work, "images"), { recursive: true });
  return work;
}

const modelOf = (work: string) => readFile(join(work, "clip", "final.safetensors"));

test("learns, and ends with the same bytes after an interruption", async () => {
  const [whole, broken] = [await workFolder("whole"), await workFolder("broken")];
  const messages: string[] = [];
  await trainClip({ work: whole, say: (message) => messages.push(message) }, { recipe });
  const [, loss] = /contrastive loss ([\d.]+)/.exec(messages.at(-1)!)!;
  // Guessing among 16 costs ln 16 = 2.77; the mean over all 40 steps is far below.
  expect(Number(loss)).toBeLessThan(2);

  const stop = new AbortController();
  const start = { work: broken, signal: stop.signal, say: () => {} };
  await trainClip(start, { recipe: { ...recipe, steps: 13, checkpointEverySteps: 5 } });
  stop.abort();
  await expect(trainClip(start, { recipe })).rejects.toMatchObject({ code: "cancelled" });
  await trainClip({ work: broken, say: () => {} }, { recipe });
  expect((await modelOf(broken)).equals(await modelOf(whole))).toBe(true);
});

test("a run of another recipe is not continued", async () => {
  const work = await workFolder("other");
  await trainClip({ work, say: () => {} }, { recipe: { ...recipe, steps: 1, checkpointEverySteps: 1 } });
  const other = trainClip({ work, say: () => {} }, { recipe: { ...recipe, learningRate: 1 } });
  await expect(other).rejects.toMatchObject({ code: "conflict" });
});

test("the gradient agrees with finite differences of the loss", async () => {
  const vocabulary = worldVocabulary(recipe.images);
  const small = { ...recipe, batchSize: 4 };
  const files = await drawImageFiles("clip-training", 8, { folder: join(folder, "images"), sizePx: 64 });
  const batch = (await ClipBatches.open(files, { vocabulary, recipe: small })).batch(0);
  const attributeShare = 0.5;
  const step = await ClipStep.create(4, vocabulary.size, { attributeShare, threads: 1 });
  const random = new Random(5);
  const weights = new Map(
    [...step.shapes].map(([name, shape]) => {
      const deviation = 1 / Math.sqrt(elementCount(shape.slice(1)));
      return [name, random.normals(elementCount(shape)).map((value) => value * deviation)];
    }),
  );
  // A scale as in training: the slope along a small one would drown in the rounding of the loss.
  weights.set("scale", Float32Array.of(Math.log(recipe.firstScale)));
  const gradients = new Map([...weights].map(([name, { length }]) => [name, new Float32Array(length)]));
  await step.run(weights, batch, gradients);
  for (const part of ["picture.", "caption.", "attributes.", "scale"]) {
    const names = [...weights.keys()].filter((name) => name.startsWith(part));
    const length = globalNorm(new Map(names.map((name) => [name, gradients.get(name)!])));
    const lossAt = async (distance: number) => {
      const moved = new Map(weights);
      for (const name of names) {
        const slope = gradients.get(name)!;
        moved.set(
          name,
          weights.get(name)!.map((value, i) => value + (distance * slope[i]!) / length),
        );
      }
      const ignored = new Map([...gradients].map(([name, data]) => [name, new Float32Array(data.length)]));
      const { contrastive, attributes } = await step.run(moved, batch, ignored);
      return contrastive + attributeShare * attributes;
    };
    const h = 5e-3;
    const measured = ((await lossAt(h)) - (await lossAt(-h))) / (2 * h);
    expect(Math.abs(measured / length - 1), part).toBeLessThan(0.02);
  }
  await step.release();
});

test("a caption that is also true of another image does not count as wrong for it", () => {
  const shown = [0, 1, 2].map((index) => worldImage("clip-training", index).shown);
  const black = shown.map((attributes) => ({ ...attributes, fur: "black" as const }));
  const attributes = [black[0]!, { ...black[1]!, fur: "white" as const }, black[2]!];
  const caption = (named: Caption["named"]): Caption => ({ text: "", named });
  const captions = [caption(new Set(["fur"])), caption(new Set(["fur"])), caption(new Set())];
  expect([...alsoTrue(captions, attributes)]).toEqual([0, 0, 1, 0, 0, 0, 1, 1, 0]);
});

test("training images show what their captions say", () => {
  for (let index = 0; index < 200; index++) {
    const { shown, asked, seed } = worldImage("clip-training", index);
    expect(shown).toEqual(asked);
    expect(seed).toBe(4_000_000 + index);
  }
});
