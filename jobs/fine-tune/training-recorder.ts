/** Stores what a training tells: losses in batches, previews and models as blobs, log lines as they come. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { inspectCheckpoint } from "@/lib/checkpoints/inspect-checkpoint";
import { evaluatedEpoch, type RunEvaluation } from "@/lib/fine-tunes/run-evaluation";
import { db } from "@/lib/platform/database/db";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { storeFile } from "@/lib/platform/storage/store-blob";
import { storeImageFile } from "@/lib/platform/storage/store-image";
import type { TrainEvent } from "./engine";
import { type LossEvent, RunLog } from "./run-log";
import { startRunEvaluation } from "./start-run-evaluation";

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
};

export class TrainingRecorder {
  readonly #run: RecordedRun;
  readonly #report: (progress: number, note: string) => void;
  readonly #log: RunLog;
  #losses: LossEvent[] = [];
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
        return this.log(event.message);
      case "loss":
        this.#losses.push(event);
        await this.#logLoss(event);
        if (Date.now() - this.#flushedAtMs >= flushIntervalMs) await this.flush();
        return;
      case "preview":
        return this.#storePreview(event);
      case "checkpoint":
        if (event.kind !== "resume") await this.#storeModel(event);
    }
  }

  async #logLoss(event: LossEvent): Promise<void> {
    const line = this.#log.lineOf(event);
    if (line !== null) await this.log(line);
  }

  async log(message: string): Promise<void> {
    await db.logLine.create({ data: { fineTuneId: this.#run.id, message } });
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
      data: losses.map(({ step, loss, gradientNorm, learningRate }) => ({
        fineTuneId: this.#run.id,
        step,
        loss,
        gradientNorm,
        learningRate,
      })),
      skipDuplicates: true,
    });
    const { step, totalSteps, stepsPerSecond, secondsLeft } = last;
    await db.fineTune.updateMany({
      where: { id: this.#run.id },
      data: { step, totalSteps, stepsPerSecond, secondsLeft },
    });
    this.#report(step / totalSteps, `step ${step} of ${totalSteps}`);
  }

  async #storePreview({ step, caption, seed, pngPath }: PreviewEvent): Promise<void> {
    const sha256 = await storeImageFile(pngPath);
    const { count } = await db.preview.createMany({
      data: { fineTuneId: this.#run.id, step, caption, seed, blobSha256: sha256 },
      skipDuplicates: true,
    });
    if (count > 0) await this.log(`Step ${step}: preview of “${caption}”.`);
  }

  async #storeModel({ step, epoch, path }: CheckpointEvent): Promise<void> {
    const { id: fineTuneId, name, part, evaluation, epochsPerStep } = this.#run;
    const known = await db.checkpoint.findFirst({ where: { fineTuneId, step }, select: { id: true } });
    if (!known) {
      const { contents } = await inspectCheckpoint(path);
      const { sha256 } = await storeFile(path, { mediaType: "application/octet-stream" }, { share: true });
      const data = {
        ...contents,
        name: await findFreeName(`${name}, epoch ${Number(epoch.toFixed(2))}`),
        part,
        blobSha256: sha256,
        fineTuneId,
        step,
        epoch,
      };
      const due = evaluation && evaluatedEpoch(evaluation.atEpochs, epoch, epochsPerStep) !== null;
      // The model and the jobs that evaluate it are there together or not at all.
      await transactionWithJobs(async (transaction, enqueue) => {
        const model = await transaction.checkpoint.create({ data });
        if (due) await startRunEvaluation(this.#run, evaluation, model, transaction, enqueue);
      });
      await this.log(
        `Step ${step}: “${data.name}” saved as a checkpoint, ${contents.parameterCount} parameters.`,
      );
    }
    await rm(path, { force: true });
  }
}

/** A model registered by hand may have the name already. */
async function findFreeName(wanted: string): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted} (${number})`;
    if (!(await db.checkpoint.findUnique({ where: { name }, select: { id: true } }))) return name;
  }
}
