/** Trains the demo's noised CLIP, resumably, with its loss curve beside it, and writes the files that ship. */
import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { trainNoisedClip } from "@/lib/diffusion/training/noised-clip/train-noised-clip";
import { drawImageFiles } from "../world/image-files";
import { type NoisedClipRecipe, noisedClipRecipe } from "./noised-clip-recipe";
import type { StageRun } from "./train-stage";
import { alsoTrue, WorldPairs } from "./world-pairs";

const set = "clip-training";

/** Steps whose mean loss is one point of the curve. */
const curveSteps = 50;

/**
 * Draws the images that are missing and trains to the last step; what was done before is resumed.
 *
 * @param threads of the engine
 * @throws SemblanceError as trainNoisedClip
 */
export async function trainDemoNoisedClip(
  { work, signal, say }: StageRun,
  {
    threads = 1,
    recipe = noisedClipRecipe,
  }: { readonly threads?: number; readonly recipe?: NoisedClipRecipe } = {},
): Promise<void> {
  const { options, settings, images } = recipe;
  const files = await drawImageFiles(set, images, { folder: join(work, "images"), sizePx: 64 }, (done) => {
    if (done % 500 === 0) say(`noised clip: ${done} of ${images} images drawn`);
  });
  const world = await WorldPairs.open(files, { ...settings, ...recipe.pairs });
  const directory = join(work, "noised-clip");
  await mkdir(directory, { recursive: true });
  await trainNoisedClip({
    options,
    settings,
    directory,
    threads,
    signal,
    dataFingerprint: JSON.stringify([set, images, recipe.pairs]),
    pairsOf(step) {
      const { images: planes, captions, shown } = world.pairs(step);
      return {
        images: planes,
        captions: captions.map(({ text }) => text),
        leftOut: alsoTrue(captions, shown),
      };
    },
    onStep: curveRecorder(join(directory, "loss.csv"), settings.steps, say),
    onLog: (message) => say(`noised clip: ${message}`),
  });
}

/** Appends `step,loss` to the curve. A resumed run repeats points since its last state: the last one counts. */
function curveRecorder(path: string, steps: number, say: StageRun["say"]) {
  let losses: number[] = [];
  return ({ step, loss, logitScale }: { step: number; loss: number; logitScale: number }) => {
    losses.push(loss);
    if (step % curveSteps !== 0 && step !== steps) return;
    const mean = losses.reduce((sum, each) => sum + each, 0) / losses.length;
    losses = [];
    void appendFile(path, `${step},${mean.toFixed(4)}\n`);
    say(
      `noised clip: step ${step} of ${steps}, loss ${mean.toFixed(3)}, logit scale ${logitScale.toFixed(1)}`,
    );
  };
}
