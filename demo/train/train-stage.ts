/** Trains one of the demo's models, resumably, with its loss curve beside it. */
import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { train } from "@/lib/diffusion/training/train";
import type { TrainingEvent } from "@/lib/diffusion/training/training-events";
import { drawImageFiles } from "../world/image-files";
import type { TrainingStage } from "./recipe";

/** Steps whose mean loss is one point of the curve. */
const curveSteps = 50;

export type StageRun = {
  /** Holds a folder for the images and one for each stage. */
  readonly work: string;
  readonly signal?: AbortSignal;
  readonly say: (message: string) => void;
};

/** Where a stage's finished model is. */
export function finishedModel(work: string, stageName: string): string {
  return join(work, stageName, "checkpoints", "final.safetensors");
}

/**
 * Draws the images that are missing and trains to the last epoch; what was done before is resumed.
 *
 * @throws SemblanceError as train
 */
export async function trainStage(stage: TrainingStage, { work, signal, say }: StageRun): Promise<void> {
  const { name, options, settings, images, startsFrom } = stage;
  const files = await drawImageFiles(
    images.set,
    images.count,
    { folder: join(work, "images"), sizePx: images.sizePx },
    (done) => {
      if (done % 500 === 0) say(`${name}: ${done} of ${images.count} images drawn`);
    },
  );
  const directory = join(work, name);
  await mkdir(directory, { recursive: true });
  await train({
    options,
    startWeightsPath: startsFrom === null ? null : finishedModel(work, startsFrom),
    images: files.map(({ path, captions }) => ({ path, captions })),
    settings,
    directory,
    signal,
    onEvent: curveRecorder(name, join(directory, "loss.csv"), say),
  });
}

/** Appends `step,loss` to the curve. A resumed run repeats the points since its last state: the last one counts. */
function curveRecorder(name: string, curvePath: string, say: StageRun["say"]) {
  let losses: number[] = [];
  return (event: TrainingEvent) => {
    if (event.type === "log") say(`${name}: ${event.message}`);
    if (event.type !== "loss") return;
    losses.push(event.loss);
    if (event.step % curveSteps !== 0 && event.step !== event.totalSteps) return;
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    losses = [];
    void appendFile(curvePath, `${event.step},${mean.toFixed(5)}\n`);
    say(
      `${name}: step ${event.step} of ${event.totalSteps}, loss ${mean.toFixed(4)}, ${event.stepsPerSecond.toFixed(2)} steps/s`,
    );
  };
}
