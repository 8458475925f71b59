/**
 * Does augmentation or balance help the demo's fine-tune? `node --import tsx bench/augmentation-study.ts [--help]`.
 *
 * The demo's original base is fine-tuned on accurate images of which few are brown or black: without either, with
 * augmentation, with a balance by fur, and with both; and with augmentation whose worsened images are marked otherwise.
 * Each model draws the same captions from the same noise. Interrupted, the same command continues; `--report` only prints
 * what is there.
 */
import { access, copyFile, mkdir, rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { captionOf } from "@/demo/build/draw-samples";
import { countSet, evaluateSet, measureImprovements, openReader } from "@/demo/build/measure-sets";
import type { AttributeReader } from "@/demo/fidelity/attribute-reader";
import { countFidelity } from "@/demo/fidelity/count-fidelity";
import { packedFile, packedImages } from "@/demo/install/pack";
import { trainingStages } from "@/demo/train/recipe";
import { type FurColour, furColours } from "@/demo/world/attributes";
import { drawImageFiles } from "@/demo/world/image-files";
import { worldImage } from "@/demo/world/image-sets";
import { demoWordLists } from "@/demo/world/word-lists";
import { prepareTrainingImages } from "@/lib/datasets/training/prepare-training-images";
import { openModel } from "@/lib/diffusion/model/open-model";
import { createImageSampler } from "@/lib/diffusion/sampling/sample-image";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { augmentationChoices } from "@/lib/diffusion/training/augmentation/choice";
import type { TrainingSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { train } from "@/lib/diffusion/training/train";
import { clusterByCaption } from "@/lib/metrics/intervals/caption-clusters";
import { spreadOfContributions, studentInterval } from "@/lib/metrics/intervals/intervals";

const { values } = parseArgs({
  options: {
    work: { type: "string", default: "demo/work/augmentation" },
    epochs: { type: "string", default: "20" },
    captions: { type: "string", default: "50" },
    samples: { type: "string", default: "4" },
    sampler: { type: "string", default: "ancestral" },
    "sampling-steps": { type: "string", default: "50" },
    arms: { type: "string" },
    report: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const { work } = values;
const captions = Number(values.captions);
const samplesPerCaption = Number(values.samples);

/** Images of each fur in the training set: brown and black are rare. */
const imagesOfFur: Readonly<Record<FurColour, number>> = {
  white: 49,
  golden: 49,
  grey: 48,
  brown: 7,
  black: 7,
};

const augmentations = augmentationChoices.parse({
  mirror: { probability: 0.5 },
  crop: { probability: 0.5, from: 0.75, to: 1 },
  rotate: { probability: 0.3, from: -8, to: 8 },
  brightness: { probability: 0.3 },
  saturation: { probability: 0.3 },
  blur: { probability: 0.2 },
  pixelation: { probability: 0.2 },
  noise: { probability: 0.2 },
  occlusion: { probability: 0.2 },
});

type Arm = "neither" | "augmentation" | "balance" | "both" | "mark-in-embedding" | "no-mark";

const augmented = { augmentations, captionWords: "protect" } as const;
const balanced = { balanceAttributes: ["fur"], balanceStrength: 1 };

const arms: Readonly<Record<Arm, Partial<TrainingSettings>>> = {
  neither: {},
  augmentation: { ...augmented, degradedMark: "words" },
  balance: balanced,
  both: { ...augmented, ...balanced, degradedMark: "words" },
  "mark-in-embedding": { ...augmented, degradedMark: "embedding" },
  "no-mark": { ...augmented, degradedMark: "none" },
};
const chosen = (values.arms?.split(",") ?? Object.keys(arms)) as Arm[];

const base = trainingStages.find(({ name }) => name === "base-tuned")!;

/** Those of a fine-tune of a few minutes, as the demo suggests it. */
function settingsOf(arm: Arm): TrainingSettings {
  return {
    ...base.settings,
    epochs: Number(values.epochs),
    batchSize: 8,
    learningRate: 1.5e-3,
    minSnrGamma: 0.5,
    captionDropRate: 0.05,
    emaDecay: 0.98,
    previewCaptions: [],
    checkpointEverySteps: 20,
    ...arms[arm],
  };
}

const drawing = sampleSettings.parse({
  sampler: values.sampler,
  steps: Number(values["sampling-steps"]),
  samplesPerCaption,
  firstSeed: 0,
});

const setOf = (arm: Arm) => ({ captions, settings: drawing, folder: join("samples", arm), upsampler: null });

async function trainingImages() {
  const files = await drawImageFiles("real-training", base.images.count, {
    folder: join(work, "images"),
    sizePx: 128,
  });
  const left = { ...imagesOfFur };
  return files.flatMap(({ path, captions: texts, image }) => {
    if (left[image.shown.fur] === 0) return [];
    left[image.shown.fur]--;
    return [{ path, captions: texts }];
  });
}

async function trainArm(arm: Arm): Promise<string> {
  const settings = settingsOf(arm);
  const vocabulary = { language: "en", lists: demoWordLists };
  const { images, balanced: shares } = prepareTrainingImages(await trainingImages(), settings, vocabulary);
  for (const { values: each } of shares) say(`${arm}: ${each.map(shareText).join(", ")}`);
  const { path } = await train({
    options: base.options,
    startWeightsPath: "demo/pack/weights/base-original.safetensors",
    images,
    settings,
    directory: join(work, "runs", arm),
    threads: 1,
    onEvent: (event) => {
      if (event.type === "loss" && event.step % 20 === 0) {
        say(`${arm}: step ${event.step} of ${event.totalSteps}, loss ${event.loss.toFixed(4)}`);
      }
    },
  });
  return path;
}

const shareText = ({ name, before, after }: { name: string; before: number; after: number }) =>
  `${name} ${(100 * before).toFixed(1)}% → ${(100 * after).toFixed(1)}%`;

async function drawArm(arm: Arm, modelPath: string): Promise<void> {
  const set = setOf(arm);
  await mkdir(join(work, set.folder), { recursive: true });
  const sampler = createImageSampler({ base: await openModel(modelPath), threads: 1 });
  try {
    for (const [at, image] of packedImages(set).entries()) {
      const path = join(work, packedFile(set, image).image);
      if (await isThere(path)) continue;
      const caption = captionOf(image.index);
      const { base: drawn } = await sampler.sampleImage({ caption, seed: image.seed, settings: drawing });
      const raw = { width: drawn.widthPx, height: drawn.heightPx, channels: 3 } as const;
      await sharp(drawn.data, { raw }).png().toFile(`${path}.partial`);
      await rename(`${path}.partial`, path);
      if ((at + 1) % 20 === 0) say(`${arm}: ${at + 1} samples`);
    }
  } finally {
    await sampler.release();
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function say(message: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${message}`);
}

/** Whether each image whose caption names the fur shows it, by its file within a set. */
async function furOf(
  arm: Arm,
  reader: AttributeReader,
): Promise<Map<string, { caption: string; hit: number }>> {
  const set = setOf(arm);
  const counted = new Map<string, { caption: string; hit: number }>();
  for (const image of packedImages(set)) {
    const path = join(work, packedFile(set, image).image);
    const asked = worldImage("real-held-out", image.index);
    const { fur } = await countFidelity(reader, [{ image: path, asked, caption: 0 }]);
    if (fur.total > 0) counted.set(basename(path), { caption: captionOf(image.index), hit: fur.right });
  }
  return counted;
}

/** By how much the share of right furs is higher than without either: images of one caption and seed are paired, captions resampled. */
async function furGain(arm: Arm, reader: AttributeReader) {
  const [before, after] = [await furOf("neither", reader), await furOf(arm, reader)];
  const pairs = [...after].map(([file, { caption, hit }]) => ({
    caption,
    gain: hit - before.get(file)!.hit,
  }));
  const value = pairs.reduce((sum, { gain }) => sum + gain, 0) / pairs.length;
  const { generated: clusters } = clusterByCaption({ real: [], generated: pairs });
  const contributions = pairs.map(({ gain }) => (gain - value) / pairs.length);
  const spread = spreadOfContributions([{ values: contributions, clusters }]);
  return { metric: "fur", value, ...(spread ? studentInterval(value, spread) : { low: null, high: null }) };
}

/** Fur by the colour asked for, setting, and the demo's metrics; gains are paired with the arm without either. */
async function report(finished: readonly Arm[]): Promise<void> {
  await mkdir(join(work, "weights"), { recursive: true });
  await copyFile("demo/pack/weights/clip.safetensors", join(work, "weights", "clip.safetensors"));
  const reader = await openReader("demo/pack");
  const measuring = { folder: work, work, cacheFolder: join(work, "features"), heldOutImages: 240 };
  const results = [];
  for (const arm of finished) {
    const set = setOf(arm);
    const { fur, setting } = await countSet(reader, set, work);
    const byColour: Partial<Record<FurColour, string>> = {};
    for (const colour of furColours) {
      const asked = packedImages(set).filter(
        ({ index }) => worldImage("real-held-out", index).asked.fur === colour,
      );
      const ofColour = await countFidelity(
        reader,
        asked.map((image) => ({
          image: join(work, packedFile(set, image).image),
          asked: worldImage("real-held-out", image.index),
          caption: 0,
        })),
      );
      byColour[colour] = `${ofColour.fur.right} of ${ofColour.fur.total}`;
    }
    const { scores } = await evaluateSet(set, null, measuring);
    const gains =
      arm === "neither" || !finished.includes("neither")
        ? []
        : [
            await furGain(arm, reader),
            ...(await measureImprovements(
              { key: "neither", set: setOf("neither") },
              { key: arm, set },
              measuring,
            )),
          ];
    results.push({ arm, fur, setting, byColour, scores, gains });
    console.log(
      `${arm}: fur ${share(fur)}, setting ${share(setting)}; ${Object.entries(byColour)
        .map(([colour, count]) => `${colour} ${count}`)
        .join(", ")}`,
    );
    for (const { metric, value, low, high } of scores)
      console.log(`  ${metric} ${value} (${low} to ${high})`);
    for (const { metric, value, low, high } of gains)
      console.log(`  gain over neither, ${metric}: ${value} (${low} to ${high})`);
  }
  await writeFile(join(work, "results.json"), JSON.stringify(results, null, 2));
}

const share = ({ right, total, low, high }: { right: number; total: number; low: number; high: number }) =>
  `${right} of ${total} (${Math.round(100 * low)}% to ${Math.round(100 * high)}%)`;

if (values.help) {
  console.log(
    "--work FOLDER --epochs N --captions N --samples N --sampler NAME --sampling-steps N --arms NAME,NAME --report",
  );
  console.log(`Arms: ${Object.keys(arms).join(", ")}`);
} else {
  if (!values.report) {
    const models = new Map<Arm, string>();
    for (const arm of chosen) models.set(arm, await trainArm(arm));
    for (const [arm, path] of models) await drawArm(arm, path);
  }
  await report(chosen);
}
