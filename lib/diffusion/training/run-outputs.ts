/** What a run makes for people while it goes on: previews, validations, the models that are kept, and the last one. */
import { join } from "node:path";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import { adapterPathBeside, writeLora } from "../lora/lora-adapter";
import { adapterOf, mergedWeights } from "./adapter-training";
import { pauseFor } from "./cancellation";
import { CopyCheck } from "./copy-check";
import { exists } from "./file-exists";
import { writeModelCheckpoint } from "./model-checkpoint";
import type { OpenRun } from "./open-run";
import type { TrainingEvent } from "./training-events";
import { drawPreviews } from "./training-previews";
import { measureLosses } from "./validation-loss";

type Arrays = ReadonlyMap<string, Float32Array>;

export class RunOutputs {
  private readonly run: OpenRun;
  private readonly pause: () => Promise<void>;
  /** From the first preview on. */
  private copyCheck: Promise<CopyCheck> | null;

  /**
   * @param pause awaited between two runs of the model; what it throws ends the drawing
   * @param copyCheck that previews are compared by; null: one of all images
   */
  constructor(run: OpenRun, pause: () => Promise<void>, copyCheck: CopyCheck | null = null) {
    this.copyCheck = copyCheck && Promise.resolve(copyCheck);
    this.run = run;
    this.pause = pause;
  }

  /** Previews, and models of epochs that are kept, as far as they are due after a step. */
  async makeDue(step: number): Promise<void> {
    const { request, batches, totalSteps } = this.run;
    const { previewEverySteps, keepEpochs, validationEverySteps } = request.settings;
    const isLast = step === totalSteps;
    if (isLast || step % previewEverySteps === 0) await this.preview(step);
    for (const epoch of keepEpochs) {
      if (batches.stepsFor(epoch) === step && !isLast)
        await this.writeModel(this.keptPath(epoch), step, "kept");
    }
    if (isLast || step % validationEverySteps === 0) await this.validate(step);
  }

  /** Measures the model that checkpoints and previews show, and keeps it where it is the best so far. */
  async validate(step: number): Promise<void> {
    const { request, validation, diffusion, shapes } = this.run;
    if (validation === null) return;
    const { options, settings, provider, threads } = request;
    const weights = this.shownOf(await this.latestWeights());
    const loadWeights = async (names: Iterable<string>) =>
      new Map([...names].map((name) => [name, { shape: shapes.get(name)!, data: weights.get(name)! }]));
    const losses = await measureLosses(validation.sets, {
      model: { options, loadWeights },
      diffusion,
      settings,
      provider,
      threads,
      pause: this.pause,
    });
    const { measured, event } = validation.judge(step, losses, settings.emaDecay > 0);
    // Before the measurement is kept: a run killed in between measures again.
    if (event.isBest && settings.keepBest) await this.writeFiles(this.bestPath, step);
    validation.keep(measured);
    this.emit(event);
  }

  /** Tells of the best model; while a run goes on, a better one may take its place. */
  async announceBest(): Promise<void> {
    const { request, validation, batches } = this.run;
    if (validation === null || !request.settings.keepBest || !(await exists(this.bestPath))) return;
    const { metadata, close } = await openCheckpoint(this.bestPath);
    await close();
    const step = Number(metadata.step);
    this.emit({
      type: "checkpoint",
      step,
      epoch: batches.epochsAfter(step),
      path: this.bestPath,
      kind: "best",
    });
  }

  /** What people ask for now: the model as a checkpoint, with the state, or its previews. */
  async answer(step: number, saveState: () => Promise<void>): Promise<void> {
    const { requests, directory } = this.run.request;
    for (let request = requests?.next(); request; request = requests?.next()) {
      if (request.kind === "sample") await this.preview(step);
      else {
        const name = `step-${String(step).padStart(9, "0")}.safetensors`;
        await this.writeModel(join(directory, "checkpoints", name), step, "saved");
        await saveState();
      }
      requests?.close();
      this.emit({ type: "answered", step, request });
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

  /** Draws every caption of the settings, one after the other. */
  async preview(step: number): Promise<void> {
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
    for await (const { caption, pngPath, image } of previews) {
      const nearest = options.super_res ? null : (await this.openCopyCheck()).nearest(image);
      this.emit({ type: "preview", step, caption, seed: settings.previewSeed, pngPath, nearest });
      await this.pause();
    }
  }

  private openCopyCheck(): Promise<CopyCheck> {
    const { images, request } = this.run;
    const pause = () => pauseFor(request.signal);
    this.copyCheck ??= CopyCheck.open(images, request.settings, { pause });
    return this.copyCheck;
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

  private get bestPath(): string {
    return join(this.run.request.directory, "checkpoints", "best.safetensors");
  }

  private async writeModel(path: string, step: number, kind: "kept" | "saved" | "final"): Promise<void> {
    await this.writeFiles(path, step);
    this.emit({ type: "checkpoint", step, epoch: this.run.batches.epochsAfter(step), path, kind });
  }

  /** The model, and beside it the adapter that it was merged with. */
  private async writeFiles(path: string, step: number): Promise<void> {
    const { request, shapes, batches, lora } = this.run;
    const { options, settings } = request;
    const epoch = batches.epochsAfter(step);
    const isAverage = settings.emaDecay > 0;
    const latest = await this.latestWeights();
    const weights = this.shownOf(latest);
    if (lora !== null) {
      const metadata = { training_settings: JSON.stringify(settings), step: String(step) };
      await writeLora(adapterPathBeside(path), adapterOf(latest, lora), metadata);
    }
    await writeModelCheckpoint(path, { options, shapes, weights, settings, step, epoch, isAverage });
  }
}
