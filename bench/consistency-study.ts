/**
 * Do samples of two captions of one image come closer where training draws these captions together in the text encoder?
 * `node --import tsx bench/consistency-study.ts [--help]`.
 *
 * The demo's fine-tuned base is trained further on the same faithful images, three captions each, for equal steps: without
 * the term of consistency between captions, and with it. Each model draws two paraphrases of held-out images from the same
 * noise: captions that name the same attributes in other words or another order. Interrupted, the same command continues;
 * `--report` only prints what is there.
 */
import { access, copyFile, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import {
  distanceImprovements,
  environment,
  featuresOf,
  heldOut,
  openReader,
} from "@/demo/build/measure-sets";
import { readSizePx } from "@/demo/fidelity/palette-features";
import { trainingStages } from "@/demo/train/recipe";
import { type Caption, drawCaption } from "@/demo/world/captions";
import { drawImageFiles } from "@/demo/world/image-files";
import { type WorldImage, worldImage } from "@/demo/world/image-sets";
import { buildTextGraph } from "@/lib/diffusion/model/model-graphs";
import { openModel } from "@/lib/diffusion/model/open-model";
import { encodeCaption } from "@/lib/diffusion/model/tokenizer";
import { createImageSampler } from "@/lib/diffusion/sampling/sample-image";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import type { TrainingSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { train } from "@/lib/diffusion/training/train";
import { createSession } from "@/lib/engine/runtime/session";
import { decodeImage } from "@/lib/images/decode-image";
import { evaluateImages } from "@/lib/metrics/evaluate-images";
import { toUnitLength } from "@/lib/metrics/features/features";
import { sortedQuantile } from "@/lib/numerics/quantiles";
import { Random } from "@/lib/numerics/random";

const { values } = parseArgs({
  options: {
    work: { type: "string", default: join("demo", "work", "consistency") },
    weight: { type: "string", default: "0.1" },
    temperature: { type: "string", default: "0.1" },
    epochs: { type: "string", default: "2" },
    pairs: { type: "string", default: "100" },
    steps: { type: "string", default: "10" },
    report: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const { work } = values;
const pairCount = Number(values.pairs);

const arms = { without: 0, with: Number(values.weight) } as const;
type Arm = keyof typeof arms;
const armNames = Object.keys(arms) as Arm[];

const base = trainingStages.find(({ name }) => name === "base-tuned")!;

/** Those of a fine-tune of a few minutes, as the demo suggests it, at the rate of the demo's own. */
function settingsOf(arm: Arm): TrainingSettings {
  return {
    ...base.settings,
    epochs: Number(values.epochs),
    batchSize: 8,
    emaDecay: 0.98,
    previewCaptions: [],
    checkpointEverySteps: 10,
    consistencyWeight: arms[arm],
    consistencyTemperature: Number(values.temperature),
  };
}

const drawing = sampleSettings.parse({ steps: Number(values.steps) });

/** Neither in training nor among the captions of the held-out images. */
const PARAPHRASE_STREAM = 31;

/** Of a held-out image, two captions that name the same, among it breed, fur and setting. */
function paraphrases({ seed, asked }: WorldImage): readonly [Caption, Caption] {
  const random = new Random(seed, PARAPHRASE_STREAM);
  const known = new Map<string, Caption>();
  for (;;) {
    const caption = drawCaption(random, asked);
    if (!(["breed", "fur", "setting"] as const).every((each) => caption.named.has(each))) continue;
    const names = [...caption.named].sort().join();
    const before = known.get(names);
    if (before && before.text !== caption.text) return [before, caption];
    known.set(names, before ?? caption);
  }
}

const pairs = Array.from({ length: pairCount }, (_, index) => {
  const image = worldImage("real-held-out", index);
  return { image, index, captions: paraphrases(image) };
});

type Sample = { readonly pair: (typeof pairs)[number]; readonly side: 0 | 1 };
/** Both samples of a pair next to each other. */
const samples: readonly Sample[] = pairs.flatMap((pair) => [
  { pair, side: 0 },
  { pair, side: 1 },
]);

const pathOf = (arm: Arm, { pair, side }: Sample) =>
  join(work, "samples", arm, `${String(pair.index).padStart(3, "0")}-${side}.png`);

async function trainArm(arm: Arm): Promise<string> {
  const files = await drawImageFiles("real-training", base.images.count, {
    folder: join(work, "images"),
    sizePx: 64,
  });
  const { path } = await train({
    options: base.options,
    startWeightsPath: "demo/pack/weights/base-tuned.safetensors",
    images: files.map(({ path: file, captions }) => ({ path: file, captions })),
    settings: settingsOf(arm),
    directory: join(work, "runs", arm),
    threads: 1,
    onEvent: (event) => {
      if (event.type === "log") say(`${arm}: ${event.message}`);
      if (event.type !== "loss" || event.step % 10 !== 0) return;
      const { step, totalSteps, loss, consistencyLoss } = event;
      const term = consistencyLoss === undefined ? "" : `, consistency ${consistencyLoss.toFixed(3)}`;
      say(`${arm}: step ${step} of ${totalSteps}, loss ${loss.toFixed(4)}${term}`);
    },
  });
  return path;
}

async function drawArm(arm: Arm, modelPath: string): Promise<void> {
  await mkdir(join(work, "samples", arm), { recursive: true });
  const sampler = createImageSampler({ base: await openModel(modelPath), threads: 1 });
  try {
    for (const [at, sample] of samples.entries()) {
      const path = pathOf(arm, sample);
      if (await isThere(path)) continue;
      const { text: caption } = sample.pair.captions[sample.side];
      const { base: drawn } = await sampler.sampleImage({
        caption,
        seed: sample.pair.index,
        settings: drawing,
      });
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

/** Of each pair, what is measured; the mean over pairs is reported. */
type Measured = Readonly<Record<string, readonly number[]>>;

async function measureArm(arm: Arm, measuring: Measuring): Promise<Measured> {
  const files = samples.map((sample) => ({ path: pathOf(arm, sample) }));
  const features = toUnitLength(await featuresOf(files, measuring));
  const row = (at: number) => features.values.subarray(at * features.dims, (at + 1) * features.dims);
  const reader = await openReader("demo/pack");
  const images = await Promise.all(
    files.map(async ({ path }) => {
      const { data } = await decodeImage(path, {
        edit: (whole) => whole.resize(readSizePx, readSizePx, { kernel: "cubic" }),
      });
      return { data, shown: reader.read(data) };
    }),
  );
  const each = (value: (at: number, next: number) => number) =>
    pairs.map((_, number) => value(2 * number, 2 * ((number + 1) % pairs.length)));
  const right = (attribute: "fur" | "setting") =>
    each((at) => {
      const { asked } = samples[at]!.pair.image;
      const hits = [at, at + 1].filter((sample) => images[sample]!.shown[attribute] === asked[attribute]);
      return hits.length / 2;
    });
  const scores = await clipScores(files, measuring);
  const encoded = await pooledOutputs(join(work, "runs", arm, "checkpoints", "final.safetensors"));
  return {
    "distance of samples, one image": each((at) => 1 - dot(row(at), row(at + 1))),
    "distance of samples, different images": each((at, next) => 1 - dot(row(at), row(next))),
    "pixel difference of samples, one image": each((at) =>
      rootMeanSquare(images[at]!.data, images[at + 1]!.data),
    ),
    "same fur in both samples": each((at) => Number(images[at]!.shown.fur === images[at + 1]!.shown.fur)),
    "cosine of pooled outputs, one image": each((at) => dot(encoded[at]!, encoded[at + 1]!)),
    "cosine of pooled outputs, different images": each((at, next) => dot(encoded[at]!, encoded[next]!)),
    "fur right": right("fur"),
    "setting right": right("setting"),
    "CLIP score (demo’s CLIP)": each((at) => (scores[at]! + scores[at + 1]!) / 2),
  };
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}

/** On a scale of 0 to 255. */
function rootMeanSquare(a: Uint8Array, b: Uint8Array): number {
  return Math.sqrt(a.reduce((sum, value, at) => sum + (value - b[at]!) ** 2, 0) / a.length);
}

async function clipScores(files: readonly { path: string }[], measuring: Measuring): Promise<number[]> {
  const { scores } = await evaluateImages({
    ...environment(measuring),
    real: [],
    generated: files.map(({ path }, at) => {
      const { pair, side } = samples[at]!;
      return { path, id: String(at), caption: pair.captions[side].text };
    }),
    metrics: ["clip-score-demo"],
    cacheFolder: measuring.cacheFolder,
  });
  return scores[0]!.perImage!.map(({ value }) => value);
}

/** What training compares, as vectors of length 1, in the order of the samples. */
async function pooledOutputs(modelPath: string): Promise<Float64Array[]> {
  const model = await openModel(modelPath);
  const graph = buildTextGraph(model.options, samples.length)!;
  const weights = await model.loadWeights(graph.parameters.keys());
  const session = await createSession(graph, { weights, threads: 1 });
  const { text_ctx: context, xf_width: width } = model.options;
  const encoded = samples.map(({ pair, side }) => encodeCaption(pair.captions[side].text, context));
  const { text_states: states } = await session.run({
    tokens: BigInt64Array.from(encoded.flatMap(({ tokens }) => [...tokens])),
    text_mask: Uint8Array.from(encoded.flatMap(({ mask }) => [...mask])),
  });
  await session.release();
  return samples.map((_, at) => {
    const end = (at + 1) * context * width;
    const last = Float64Array.from((states as Float32Array).subarray(end - width, end));
    const length = Math.sqrt(dot(last, last));
    return last.map((value) => value / length);
  });
}

type Measuring = Parameters<typeof featuresOf>[1];

const resamples = 10_000;

/** The mean with a 95% percentile interval; pairs are drawn anew with replacement. */
function bootstrap(perPair: readonly number[]): string {
  const random = new Random(1);
  const mean = (at: (index: number) => number) => {
    let sum = 0;
    for (let index = 0; index < perPair.length; index++) sum += perPair[at(index)]!;
    return sum / perPair.length;
  };
  const means = Float64Array.from({ length: resamples }, () => mean(() => random.integer(perPair.length)));
  means.sort();
  const text = (value: number) => value.toFixed(4);
  return `${text(mean((index) => index))} (${text(sortedQuantile(means, 0.025))} to ${text(sortedQuantile(means, 0.975))})`;
}

async function report(): Promise<void> {
  await mkdir(join(work, "weights"), { recursive: true });
  await copyFile("demo/pack/weights/clip.safetensors", join(work, "weights", "clip.safetensors"));
  const measuring = { folder: work, work, cacheFolder: join(work, "features"), heldOutImages: 240 };
  const [without, withTerm] = [await measureArm("without", measuring), await measureArm("with", measuring)];
  console.log("| | without | with | difference |");
  console.log("| --- | --- | --- | --- |");
  for (const [name, before] of Object.entries(without)) {
    const after = withTerm[name]!;
    const differences = after.map((value, at) => value - before[at]!);
    console.log(`| ${name} | ${bootstrap(before)} | ${bootstrap(after)} | ${bootstrap(differences)} |`);
  }
  const real = await heldOut(measuring);
  const all = await Promise.all(
    [...armNames.map((arm) => samples.map((sample) => ({ path: pathOf(arm, sample) }))), real].map((files) =>
      featuresOf(files, measuring),
    ),
  );
  const clusters = {
    real: Int32Array.from(real, (_, index) => index),
    generated: Int32Array.from(samples, ({ pair }) => pair.index),
  };
  const gains = await distanceImprovements({ before: all[0]!, after: all[1]!, real: all[2]! }, clusters);
  for (const { metric, before, after, value, low, high } of gains) {
    const [from, to] = [high, low].map((end) => (end === null ? "unknown" : (-end).toFixed(4)));
    console.log(
      `| ${metric} | ${before.toFixed(4)} | ${after.toFixed(4)} | ${(-value).toFixed(4)} (${from} to ${to}) |`,
    );
  }
  await writeFile(join(work, "results.json"), JSON.stringify({ without, with: withTerm, gains }, null, 2));
}

if (values.help) {
  console.log("--work FOLDER --weight N --temperature N --epochs N --pairs N --steps N --report");
} else {
  if (!values.report) {
    const models: [Arm, string][] = [];
    for (const arm of armNames) models.push([arm, await trainArm(arm)]);
    for (const [arm, path] of models) await drawArm(arm, path);
  }
  await report();
}
