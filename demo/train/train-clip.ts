/** Trains the demo's CLIP, resumably, with its loss curve beside it, and writes the file that ships. */
import { createHash } from "node:crypto";
import { appendFile, copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { AdamW } from "@/lib/diffusion/training/adamw";
import { updateMovingAverage, warmedUpDecay } from "@/lib/diffusion/training/exponential-moving-average";
import { clippingScale, globalNorm } from "@/lib/diffusion/training/gradient-clipping";
import { type TrainingState, TrainingStateFolder } from "@/lib/diffusion/training/training-state";
import { elementCount, type Shape } from "@/lib/engine/graph/tensor-type";
import { SemblanceError } from "@/lib/errors";
import { demoClipDims } from "@/lib/metrics/extractors/demo-clip-network";
import { DemoClipVocabulary, wordsOf } from "@/lib/metrics/extractors/demo-clip-vocabulary";
import { Random } from "@/lib/numerics/random";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import type { TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { drawImageFiles } from "../world/image-files";
import { worldImage } from "../world/image-sets";
import { ClipBatches } from "./clip-batches";
import { type ClipRecipe, clipRecipe } from "./clip-recipe";
import { ClipStep } from "./clip-step";
import type { StageRun } from "./train-stage";

const set = "clip-training";
const INITIAL_STREAM = 2;

/** Steps whose mean losses are one point of the curve. */
const curveSteps = 50;

/** The towers' tensors, as demo-clip-network.ts names them; the rest is left behind when the model ships. */
const shippedPart = /^(picture|caption)\./;

const finishedClip = (work: string) => join(work, "clip", "final.safetensors");

/**
 * Draws the images that are missing and trains to the last step; what was done before is resumed.
 *
 * @param threads of the engine; the model is too small for more than one to be of much use
 * @throws SemblanceError `cancelled`, with the state kept; `disk_full`; `conflict` where `work` holds another recipe's run
 */
export async function trainClip(
  { work, signal, say }: StageRun,
  { threads = 1, recipe = clipRecipe }: { readonly threads?: number; readonly recipe?: ClipRecipe } = {},
): Promise<void> {
  const files = await drawImageFiles(
    set,
    recipe.images,
    { folder: join(work, "images"), sizePx: 64 },
    (done) => {
      if (done % 500 === 0) say(`clip: ${done} of ${recipe.images} images drawn`);
    },
  );
  const { batchSize, steps, attributeShare, checkpointEverySteps } = recipe;
  const vocabulary = worldVocabulary(recipe.images);
  const batches = await ClipBatches.open(files, { vocabulary, recipe });
  const step = await ClipStep.create(batchSize, vocabulary.size, { attributeShare, threads });
  try {
    const state = initialState(step.shapes, recipe);
    const directory = join(work, "clip");
    await mkdir(directory, { recursive: true });
    const folder = await TrainingStateFolder.open(
      join(directory, "states"),
      fingerprint(step.shapes, recipe),
    );
    const { step: started } = await folder.restore(
      async () => state,
      (message) => say(`clip: ${message}`),
    );
    state.optimiser.stepCount = started;
    const gradients = new Map(
      [...state.weights].map(([name, { length }]) => [name, new Float32Array(length)]),
    );
    const curve = curveRecorder(join(directory, "loss.csv"), steps, say);
    for (let index = started; index < steps; index++) {
      if (signal?.aborted) {
        await folder.save({ step: index, isDueLeft: false }, state, step.shapes);
        throw new SemblanceError("cancelled", "The training of the demo's CLIP was interrupted.");
      }
      curve(index + 1, await step.run(state.weights, batches.batch(index), gradients));
      update(state, gradients, { index, recipe });
      if ((index + 1) % checkpointEverySteps === 0)
        await folder.save({ step: index + 1, isDueLeft: false }, state, step.shapes);
    }
    await writeModel(finishedClip(work), state, { vocabulary, recipe });
  } finally {
    await step.release();
  }
}

/**
 * Writes `weights/clip.safetensors` and `curves/clip.csv` below `pack`.
 *
 * @throws SemblanceError `not_found` where it is not trained yet
 */
export async function shipClip(work: string, pack: string): Promise<void> {
  await (await openCheckpoint(finishedClip(work))).close();
  for (const folder of ["weights", "curves"]) await mkdir(join(pack, folder), { recursive: true });
  await copyFile(finishedClip(work), join(pack, "weights", "clip.safetensors"));
  await copyFile(join(work, "clip", "loss.csv"), join(pack, "curves", "clip.csv"));
}

/** Every word of the set's captions, in alphabetical order. */
export function worldVocabulary(count: number): DemoClipVocabulary {
  const words = new Set<string>();
  for (let index = 0; index < count; index++) {
    for (const { text } of worldImage(set, index).captions) {
      for (const word of wordsOf(text)) words.add(word);
    }
  }
  return new DemoClipVocabulary([...words].sort());
}

/** One AdamW update, and the average with it. The scale of the cosines stays below its bound, as CLIP's does. */
function update(
  state: ClipState,
  gradients: ReadonlyMap<string, Float32Array>,
  { index, recipe }: { readonly index: number; readonly recipe: ClipRecipe },
): void {
  const { weights, average, optimiser } = state;
  optimiser.step(gradients, clippingScale(globalNorm(gradients), recipe.gradientClipNorm));
  const scale = weights.get("scale")!;
  scale[0] = Math.min(scale[0]!, Math.log(recipe.mostScale));
  updateMovingAverage(average, weights, warmedUpDecay(recipe.emaDecay, index));
}

type ClipState = TrainingState & {
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly average: ReadonlyMap<string, Float32Array>;
  readonly optimiser: AdamW;
};

/** Norms are the identity, biases zero, word vectors normal, and other weights normal with variance 1 / fanIn. */
function initialState(shapes: ReadonlyMap<string, Shape>, recipe: ClipRecipe): ClipState {
  const random = new Random(recipe.seed, INITIAL_STREAM);
  const weights = new Map<string, Float32Array>();
  for (const name of [...shapes.keys()].sort()) {
    const shape = shapes.get(name)!;
    const [, ...fanIn] = shape;
    const length = elementCount(shape);
    if (name === "scale") weights.set(name, Float32Array.of(Math.log(recipe.firstScale)));
    else if (fanIn.length === 0)
      weights.set(name, new Float32Array(length).fill(name.endsWith(".weight") ? 1 : 0));
    else {
      const deviation = name.startsWith("caption.words") ? 1 : Math.sqrt(1 / elementCount(fanIn));
      weights.set(
        name,
        random.normals(length).map((value) => value * deviation),
      );
    }
  }
  const average = new Map([...weights].map(([name, data]) => [name, data.slice()]));
  const { learningRate, weightDecay } = recipe;
  const optimiser = new AdamW(weights, { learningRate, weightDecay });
  const { firstMoments, secondMoments } = optimiser;
  return { shapes, weights, average, optimiser, firstMoments, secondMoments, lossScale: null };
}

/** Of what a run must have in common with the states that it continues from. */
function fingerprint(
  shapes: ReadonlyMap<string, Shape>,
  { checkpointEverySteps: _, steps: __, ...recipe }: ClipRecipe,
): string {
  return createHash("sha256")
    .update(JSON.stringify([recipe, ...shapes]))
    .digest("hex");
}

/** The averaged towers in half precision, and their vocabulary. */
async function writeModel(
  path: string,
  { shapes, average }: ClipState,
  { vocabulary, recipe }: { readonly vocabulary: DemoClipVocabulary; readonly recipe: ClipRecipe },
): Promise<void> {
  const tensors = new Map<string, TensorToWrite>();
  for (const [name, data] of average) {
    if (!shippedPart.test(name)) continue;
    tensors.set(name, {
      dtype: "float16",
      shape: shapes.get(name)!,
      data: data as Float32Array<ArrayBuffer>,
    });
  }
  const bytes = vocabulary.toBytes();
  tensors.set("caption.vocabulary", { dtype: "uint8", shape: [bytes.length], data: bytes });
  await writeSafetensors(path, tensors, {
    kind: "demo CLIP",
    dims: String(demoClipDims),
    set,
    recipe: JSON.stringify(recipe),
  });
}

/** Appends `step,contrastive,attributes` to the curve. A resumed run repeats points since its last state: the last one counts. */
function curveRecorder(path: string, steps: number, say: StageRun["say"]) {
  let sums = { contrastive: 0, attributes: 0, steps: 0 };
  return (step: number, losses: { readonly contrastive: number; readonly attributes: number }) => {
    sums = {
      contrastive: sums.contrastive + losses.contrastive,
      attributes: sums.attributes + losses.attributes,
      steps: sums.steps + 1,
    };
    if (step % curveSteps !== 0 && step !== steps) return;
    const [contrastive, attributes] = [sums.contrastive / sums.steps, sums.attributes / sums.steps];
    sums = { contrastive: 0, attributes: 0, steps: 0 };
    void appendFile(path, `${step},${contrastive.toFixed(4)},${attributes.toFixed(4)}\n`);
    say(
      `clip: step ${step} of ${steps}, contrastive loss ${contrastive.toFixed(3)}, attributes ${attributes.toFixed(3)}`,
    );
  };
}
