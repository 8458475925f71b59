/** Trains a model in the worker; what training tells goes into the database as it comes. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { preparationLines } from "@/lib/datasets/training/preparation-lines";
import { chooseImages } from "@/lib/diffusion/training/validation-images";
import { dataPaths } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { runEvaluation } from "@/lib/fine-tunes/run-evaluation";
import { forgetRunStates, RunStateKeeper, takeUpRunState } from "@/lib/fine-tunes/run-states";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { db } from "@/lib/platform/database/db";
import { runEngineTask } from "@/lib/platform/engine-process/run-engine-task";
import type { JobContext, JobHandler } from "@/lib/platform/jobs/job-handler";
import { LocalFiles } from "@/lib/platform/storage/local-files";
import { attendRequests } from "./attend-requests";
import type { TrainEvent } from "./engine";
import { replayJournal } from "./event-journal";
import type { fineTuneJob } from "./job";
import { dataLine, startLine } from "./run-log";
import { trainTask } from "./task";
import { openTrainingInput } from "./training-input";
import { TrainingRecorder } from "./training-recorder";

/** Continues where an earlier attempt left off, on this machine or, from its states in the store, on another. */
export const handle: JobHandler<typeof fineTuneJob> = async ({ fineTuneId }, context) => {
  const files = new LocalFiles();
  try {
    await trainRun(fineTuneId, context, files);
  } finally {
    await files.release();
  }
};

async function trainRun(
  fineTuneId: string,
  { signal, lost, provider, providerRefusal, report }: JobContext,
  files: LocalFiles,
): Promise<void> {
  const run = await db.fineTune.findUnique({
    where: { id: fineTuneId },
    include: { startCheckpoint: true, dataset: { select: { name: true } } },
  });
  if (!run) throw new SemblanceError("not_found", "The fine-tune was deleted.");
  const directory = join(dataPaths().runs, fineTuneId);
  await mkdir(directory, { recursive: true });
  const { input, preparation } = await openTrainingInput(run, files);
  const { settings, images, validationImages } = input;
  const imagesPerStep = settings.batchSize * settings.accumulationSteps;
  const { training } = chooseImages(images, validationImages, settings);
  const trainedCount = training.length;
  const recorder = new TrainingRecorder(
    {
      ...run,
      evaluation: run.evaluation === null ? null : runEvaluation.parse(run.evaluation),
      epochsPerStep: imagesPerStep / trainedCount,
      keptSteps: [...settings.keepEpochs, settings.epochs].map((epoch) =>
        Math.ceil((epoch * trainedCount) / imagesPerStep),
      ),
    },
    report,
  );
  /** What an attempt told nobody before its process died. */
  const catchUp = async () => {
    await replayJournal<TrainEvent>(directory, (event) => recorder.recordAgain(event));
    await recorder.flush();
  };
  await catchUp();
  for (const message of await takeUpRunState(fineTuneId, directory)) await recorder.log(message, "warning");
  const states = new RunStateKeeper(fineTuneId, (message) => recorder.log(message, "warning"));
  await recorder.log(startLine(trainedCount, settings, provider));
  await recorder.log(dataLine(training, run.dataset.name, run.datasetRevision));
  for (const line of preparationLines(preparation, settings)) await recorder.log(line);
  try {
    await runEngineTask(
      trainTask,
      {
        ...input,
        classImageFolder: dataPaths().classImages,
        directory,
        provider,
        providerRefusal,
      },
      {
        signal,
        kill: lost,
        onEvent: async (event) => {
          await recorder.record(event);
          if (event.type !== "checkpoint" || event.kind !== "resume") return;
          await recorder.flush();
          states.keep(event.path);
        },
        attend: (tell) => attendRequests(fineTuneId, tell),
        onRestart: async (message) => {
          await catchUp();
          await recorder.record({ type: "log", level: "warning", message });
        },
      },
    );
  } catch (error) {
    if (!signal.aborted) await recorder.log(toPlatformError(error).message, "error");
    throw error;
  } finally {
    await recorder.flush();
    await (lost.aborted ? states.abandon() : states.finish());
  }
  // Cancelled in the very end: anyone who continues the run finds it finished.
  if (signal.aborted) return;
  // Every model that it wrote is in the blob store; what is left is for resuming.
  await rm(directory, { recursive: true, force: true });
  await forgetRunStates(fineTuneId);
}
