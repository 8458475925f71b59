/** Stores what a training tells: losses in batches, previews and models as blobs, log lines as they come. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { inspectAdapter } from "@/lib/adapters/inspect-adapter";
import { inspectCheckpoint } from "@/lib/checkpoints/inspect-checkpoint";
import { adapterPathBeside } from "@/lib/diffusion/lora/lora-adapter";
import { copyWords, isCopy } from "@/lib/diffusion/training/copy-words";
import { overfittingWords } from "@/lib/diffusion/training/overfitting-words";
import type { LogLevel } from "@/lib/diffusion/training/training-events";
import { storeFinalLoss } from "@/lib/fine-tunes/final-loss";
import { evaluatedEpoch, type RunEvaluation } from "@/lib/fine-tunes/run-evaluation";
import { closeRunRequest } from "@/lib/fine-tunes/run-requests";
import { db } from "@/lib/platform/database/db";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { storeFile } from "@/lib/platform/storage/store-blob";
import { storeImageFile } from "@/lib/platform/storage/store-image";
import type { TrainEvent } from "./engine";
import { type LossEvent, RunLog, toShortNumber } from "./run-log";
import { startRunEvaluation } from "./start-run-evaluation";

type ClassImagesEvent = Extract<TrainEvent, { type: "class-images" }>;
type ValidationEvent = Extract<TrainEvent, { type: "validation" }>;
type ResourceEvent = Extract<TrainEvent, { type: "resources" }>;
type PreviewEvent = Extract<TrainEvent, { type: "preview" }>;
type CheckpointEvent = Extract<TrainEvent, { type: "checkpoint" }>;

/** Fast models make dozens of steps a second; one write a second is all that a page can show. */
const flushIntervalMs = 1000;

export type RecordedRun = {
  id: string;
  name: string;
  part: "BASE" | "UPSAMPLER";
  datasetId: string;
  /** Of the dataset that its models are evaluated with. */
  evaluatedRevision: number | null;
  /** When its models are evaluated; null: they are not. */
  evaluation: RunEvaluation | null;
  /** Images per step, as a part of all images. */
  epochsPerStep: number;
  /** Of models that are kept whether or not they are the best. */
  keptSteps: readonly number[];
};

const storedLevels = { info: "INFO", warning: "WARNING", error: "ERROR" } as const;

export class TrainingRecorder {
  readonly #run: RecordedRun;
  readonly #report: (progress: number, note: string) => void;
  readonly #log: RunLog;
  #losses: LossEvent[] = [];
  #resources: ResourceEvent[] = [];
  #flushedAtMs = 0;

  constructor(run: RecordedRun, report: (progress: number, note: string) => void) {
    this.#run = run;
    this.#report = report;
    this.#log = new RunLog(run.epochsPerStep);
  }

  /** A resumed run repeats events; those that are stored already change nothing. */
  async record(event: TrainEvent): Promise<void> {
    switch (event.type) {
      case "log":
        return this.log(event.message, event.level);
      case "resources":
        this.#resources.push(event);
        return;
      case "loss":
        this.#losses.push(event);
        await this.#logLoss(event);
        if (Date.now() - this.#flushedAtMs >= flushIntervalMs) await this.flush();
        return;
      case "preview":
        return this.#storePreview(event);
      case "class-images":
        return this.#tellClassImages(event);
      case "validation":
        return this.#storeValidation(event);
      case "answered":
        await this.flush();
        return closeRunRequest(event.request.id);
      case "checkpoint":
        if (event.kind !== "resume") await this.#storeModel(event);
        else await this.log(`Step ${event.step}: state saved, from which the run can be resumed.`);
    }
  }

  async #logLoss(event: LossEvent): Promise<void> {
    const line = this.#log.lineOf(event);
    if (line !== null) await this.log(line);
  }

  async log(message: string, level: LogLevel = "info"): Promise<void> {
    await db.logLine.create({ data: { fineTuneId: this.#run.id, level: storedLevels[level], message } });
  }

  /** An event of an earlier attempt, of which nobody knows whether it was stored; its files may be gone. */
  async recordAgain(event: TrainEvent): Promise<void> {
    const path = event.type === "preview" ? event.pngPath : event.type === "checkpoint" ? event.path : null;
    if (event.type === "log" || (path !== null && !existsSync(path))) return;
    await this.record(event);
  }

  async flush(): Promise<void> {
    const losses = this.#losses;
    const last = losses.at(-1);
    this.#flushedAtMs = Date.now();
    if (!last) return;
    this.#losses = [];
    await db.lossPoint.createMany({
      data: losses.map(({ step, loss, consistencyLoss, gradientNorm, learningRate }) => ({
        fineTuneId: this.#run.id,
        step,
        loss,
        consistencyLoss: consistencyLoss ?? null,
        gradientNorm,
        learningRate,
      })),
      skipDuplicates: true,
    });
    const resources = this.#resources;
    this.#resources = [];
    await db.resourcePoint.createMany({
      data: resources.map(({ type: _, ...point }) => ({ fineTuneId: this.#run.id, ...point })),
      skipDuplicates: true,
    });
    const { step, totalSteps, stepsPerSecond, secondsLeft } = last;
    await db.fineTune.updateMany({
      where: { id: this.#run.id },
      data: { step, totalSteps, stepsPerSecond, secondsLeft },
    });
    await storeFinalLoss(this.#run.id, last);
    this.#report(step / totalSteps, `step ${step} of ${totalSteps}`);
  }

  async #tellClassImages({ done, total }: ClassImagesEvent): Promise<void> {
    this.#report(0, `class image ${done} of ${total}`);
    if (done === total || done % Math.ceil(total / 10) === 0) {
      await this.log(`Class images: ${done} of ${total} are there.`);
    }
  }

  async #storeValidation({ step, losses, bands, isAverage, overfitting }: ValidationEvent): Promise<void> {
    const id = this.#run.id;
    const measured = {
      ...losses,
      heldOutBands: bands.map(({ heldOut }) => heldOut),
      trainingBands: bands.map(({ training }) => training),
      isAverage,
    };
    await db.validationPoint.upsert({
      where: { fineTuneId_step: { fineTuneId: id, step } },
      create: { fineTuneId: id, step, ...measured },
      update: measured,
    });
    await this.log(
      `Step ${step}: validation loss ${toShortNumber(losses.heldOut)} on held-out images, ${toShortNumber(losses.training)} on training images.`,
    );
    const warning = overfitting && overfittingWords(overfitting);
    const before = await db.fineTune.findUnique({ where: { id }, select: { warning: true } });
    if (warning !== null && before?.warning === null) await this.log(warning, "warning");
    if (warning === null && before?.warning) await this.log("The run no longer overfits.");
    await db.fineTune.updateMany({ where: { id }, data: { warning, validationLoss: losses.heldOut } });
  }

  async #storePreview({ step, caption, seed, pngPath, nearest }: PreviewEvent): Promise<void> {
    const { id: fineTuneId, datasetId } = this.#run;
    const sha256 = await storeImageFile(pngPath);
    const nearestImage = nearest?.sha256
      ? await db.image.findFirst({ where: { datasetId, blobSha256: nearest.sha256 }, select: { id: true } })
      : null;
    const { count } = await db.preview.createMany({
      data: {
        fineTuneId,
        step,
        caption,
        seed,
        blobSha256: sha256,
        nearestImageId: nearestImage?.id ?? null,
        nearestDistance: nearest?.distance ?? null,
      },
      skipDuplicates: true,
    });
    if (count === 0) return;
    await this.log(`Step ${step}: preview of “${caption}”.`);
    if (nearest && isCopy(nearest)) await this.log(copyWords({ step, caption, nearest }), "warning");
  }

  async #storeModel({ step, epoch, path, kind }: CheckpointEvent): Promise<void> {
    const { id: fineTuneId, name, part, evaluation, epochsPerStep } = this.#run;
    const own = kind === "saved" ? { name: { startsWith: savedName(name, step) } } : {};
    const known = await db.checkpoint.findFirst({
      where: { fineTuneId, step, ...own },
      select: { id: true },
    });
    if (!known) {
      const { contents } = await inspectCheckpoint(path);
      const { sha256 } = await storeFile(path, { mediaType: "application/octet-stream" }, { share: true });
      const data = {
        ...contents,
        name: await findFreeName(
          kind === "saved" ? savedName(name, step) : `${name}, epoch ${Number(epoch.toFixed(2))}`,
          async (free) =>
            (await db.checkpoint.findUnique({ where: { name: free }, select: { id: true } })) !== null,
        ),
        part,
        blobSha256: sha256,
        fineTuneId,
        step,
        epoch,
      };
      const due =
        kind !== "saved" && evaluation && evaluatedEpoch(evaluation.atEpochs, epoch, epochsPerStep) !== null;
      // The model and the jobs that evaluate it are there together or not at all.
      await transactionWithJobs(async (transaction, enqueue) => {
        const model = await transaction.checkpoint.create({ data });
        if (due && kind !== "best")
          await startRunEvaluation(this.#run, evaluation, model, transaction, enqueue);
      });
      await this.log(
        `Step ${step}: “${data.name}” saved as a checkpoint, ${contents.parameterCount} parameters.`,
      );
    }
    if (kind !== "best") await this.#storeAdapter(adapterPathBeside(path), step);
    // The best stays: a run that is resumed compares with it.
    if (kind === "best") await this.#markBest(step);
    else await rm(path, { force: true });
  }

  /** Of a run that trains adapters: the one of a kept or final model, which an earlier attempt may have stored. */
  async #storeAdapter(path: string, step: number): Promise<void> {
    if (!existsSync(path)) return;
    const { id: fineTuneId, name } = this.#run;
    if (!(await db.adapter.findFirst({ where: { fineTuneId, step }, select: { id: true } }))) {
      const contents = await inspectAdapter(path);
      const { sha256 } = await storeFile(path, { mediaType: "application/octet-stream" }, { share: true });
      const isTaken = async (free: string) =>
        (await db.adapter.findUnique({ where: { name: free }, select: { id: true } })) !== null;
      const free = await findFreeName(`${name}, step ${step}`, isTaken);
      await db.adapter.create({ data: { ...contents, name: free, blobSha256: sha256, fineTuneId, step } });
    }
    await rm(path, { force: true });
  }

  /** Whether the model marked so far has a lower loss: a run that goes on on another machine does not have its files. */
  async #hasBetter(step: number): Promise<boolean> {
    const { id: fineTuneId } = this.#run;
    const marked = await db.checkpoint.findFirst({
      where: { fineTuneId, isBest: true, step: { not: step } },
    });
    const lossAt = async (at: number) =>
      (await db.validationPoint.findUnique({ where: { fineTuneId_step: { fineTuneId, step: at } } }))
        ?.heldOut;
    const [before, now] = [marked?.step ? await lossAt(marked.step) : undefined, await lossAt(step)];
    return before !== undefined && now !== undefined && before <= now;
  }

  /** One model of a run is its best. What was the best of a run that had stopped is removed, unless it is used or kept otherwise. */
  async #markBest(step: number): Promise<void> {
    const { id: fineTuneId, name, keptSteps } = this.#run;
    if (await this.#hasBetter(step)) return;
    const models = { fineTuneId, step: { not: step }, isBest: true };
    await db.checkpoint.deleteMany({
      where: {
        ...models,
        NOT: [{ step: { in: [...keptSteps] } }, { name: { startsWith: savedName(name, "") } }],
        startedFineTunes: { none: {} },
        baseSampleSets: { none: {} },
        upsampleSampleSet: { none: {} },
      },
    });
    await db.checkpoint.updateMany({ where: models, data: { isBest: false } });
    await db.checkpoint.updateMany({ where: { fineTuneId, step }, data: { isBest: true } });
    await this.log(`Step ${step} has the lowest validation loss: its model is marked as the best.`);
  }
}

/** Of what somebody asked a run to save, which stays whether or not it is the best. */
function savedName(runName: string, step: number | ""): string {
  return `${runName}, step ${step}`;
}

/** A model registered by hand may have the name already. */
async function findFreeName(wanted: string, isTaken: (name: string) => Promise<boolean>): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted} (${number})`;
    if (!(await isTaken(name))) return name;
  }
}
