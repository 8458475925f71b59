/** What a run makes for people while it goes on: previews, the models of epochs that are kept, and the last one. */
import { join } from "node:path";
import { writeLora } from "../lora/lora-adapter";
import { adapterOf, mergedWeights } from "./adapter-training";
import { writeModelCheckpoint } from "./model-checkpoint";
import { exists, type OpenRun } from "./open-run";
import type { TrainingEvent } from "./training-events";
import { drawPreviews } from "./training-previews";

type Arrays = ReadonlyMap<string, Float32Array>;

export class RunOutputs {
  private readonly run: OpenRun;
  private readonly pause: () => Promise<void>;

  /** @param pause awaited between two runs of the model; what it throws ends the drawing */
  constructor(run: OpenRun, pause: () => Promise<void>) {
    this.run = run;
    this.pause = pause;
  }

  /** Previews, and models of epochs that are kept, as far as they are due after a step. */
  async makeDue(step: number): Promise<void> {
    const { request, batches, totalSteps } = this.run;
    const { previewEverySteps, keepEpochs } = request.settings;
    const isLast = step === totalSteps;
    if (isLast || step % previewEverySteps === 0) await this.preview(step);
    for (const epoch of keepEpochs) {
      if (batches.stepsFor(epoch) === step && !isLast)
        await this.writeModel(this.keptPath(epoch), step, "kept");
    }
  }

  /** @returns the finished model's path */
  async writeFinal(step: number): Promise<string> {
    const path = join(this.run.request.directory, "checkpoints", "final.safetensors");
    await this.writeModel(path, step, "final");
    return path;
  }

  /** Tells again of the checkpoints kept before: the one who listened may have been killed with the run. */
  async announceKept(doneSteps: number): Promise<void> {
    const { request, batches, totalSteps } = this.run;
    for (const epoch of request.settings.keepEpochs) {
      const step = batches.stepsFor(epoch);
      const path = this.keptPath(epoch);
      if (step > doneSteps || step >= totalSteps || !(await exists(path))) continue;
      this.emit({ type: "checkpoint", step, epoch: batches.epochsAfter(step), path, kind: "kept" });
    }
  }

  private emit(event: TrainingEvent): void {
    this.run.request.onEvent?.(event);
  }

  private async preview(step: number): Promise<void> {
    const { request, shapes, images } = this.run;
    const { options, settings, directory, provider, threads } = request;
    if (settings.previewCaptions.length === 0) return;
    const weights = this.shownOf(await this.latestWeights());
    const previews = drawPreviews({
      model: {
        options,
        loadWeights: async (names) =>
          new Map([...names].map((name) => [name, { shape: shapes.get(name)!, data: weights.get(name)! }])),
      },
      images,
      captions: settings.previewCaptions,
      seed: settings.previewSeed,
      pathOf: (number) => join(directory, "previews", `step-${String(step).padStart(9, "0")}-${number}.png`),
      pause: this.pause,
      provider,
      threads,
    });
    for await (const { caption, pngPath } of previews) {
      this.emit({ type: "preview", step, caption, seed: settings.previewSeed, pngPath });
      await this.pause();
    }
  }

  /** The model that checkpoints and previews show: of the average where one is kept, with its adapters merged. */
  private shownOf(latest: Arrays): Arrays {
    const { lora } = this.run;
    return lora === null ? latest : mergedWeights(latest, lora);
  }

  private async latestWeights(): Promise<Arrays> {
    return new Map([...this.run.weights, ...(await this.run.learner.readShown())]);
  }

  private keptPath(epoch: number): string {
    const name = `epoch-${String(epoch).padStart(5, "0")}.safetensors`;
    return join(this.run.request.directory, "checkpoints", name);
  }

  private async writeModel(path: string, step: number, kind: "kept" | "final"): Promise<void> {
    const { request, shapes, batches } = this.run;
    const { options, settings } = request;
    const epoch = batches.epochsAfter(step);
    const isAverage = settings.emaDecay > 0;
    const latest = await this.latestWeights();
    const weights = this.shownOf(latest);
    const { lora } = this.run;
    if (lora !== null) {
      const metadata = { training_settings: JSON.stringify(settings), step: String(step) };
      const adapterPath = path.replace(/\.safetensors$/, ".lora.safetensors");
      await writeLora(adapterPath, adapterOf(latest, lora), metadata);
    }
    await writeModelCheckpoint(path, { options, shapes, weights, settings, step, epoch, isAverage });
    this.emit({ type: "checkpoint", step, epoch, path, kind });
  }
}
