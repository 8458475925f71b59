/** `semblance fine-tune`: starts, follows, cancels and resumes fine-tunes of the platform. */
import type { z } from "zod";
import { cancelJobOf } from "@/jobs/cancel-job";
import { startFineTune } from "@/jobs/fine-tune/start";
import { retryJobOf } from "@/jobs/retry-job";
import { readSplit } from "@/lib/datasets/split-choice";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { SemblanceError } from "@/lib/errors";
import { getFineTune } from "@/lib/fine-tunes/get-fine-tune";
import { listFineTunes } from "@/lib/fine-tunes/list-fine-tunes";
import { runEvaluation } from "@/lib/fine-tunes/run-evaluation";
import { findByName } from "./find-by-name";
import { followJob } from "./follow-job";
import { parseOptions, readSides, splitNames } from "./option-lists";
import { readSettingOptions } from "./setting-options";
import { toTable } from "./table";

type Output = Pick<NodeJS.WriteStream, "write">;

export type FineTuneOptions = {
  dataset?: string;
  from?: string;
  part?: string;
  wait?: boolean;
  evaluateAtEpochs?: string;
  evaluateCaptions?: number;
  evaluateDataset?: string;
  evaluateSplit?: string;
  evaluateWith?: string;
  evaluateMetrics?: string;
  evaluateSides?: string;
  [setting: string]: unknown;
};

/**
 * @param verb start NAME | list | show NAME | cancel NAME | resume NAME
 * @returns the exit code: 0
 */
export async function fineTune(
  verb: string,
  name: string | undefined,
  options: FineTuneOptions = {},
  output: Output = process.stdout,
): Promise<number> {
  switch (verb) {
    case "list": {
      const { fineTunes } = await listFineTunes({ pageSize: 1000 });
      output.write(
        toTable(
          ["name", "part", "state", "dataset", "from", "step", "of"],
          fineTunes.map((row) => [
            row.name,
            row.part.toLowerCase(),
            row.state.toLowerCase(),
            row.dataset.name,
            row.startCheckpoint?.name ?? "scratch",
            row.step,
            row.totalSteps,
          ]),
        ),
      );
      return 0;
    }
    case "start": {
      const { fineTuneId, jobId } = await startFineTune({
        name: neededName(name),
        part: readPart(options.part),
        datasetId: (await findByName("dataset", options.dataset)).id,
        startCheckpointId:
          options.from === undefined ? null : (await findByName("checkpoint", options.from)).id,
        settings: readSettingOptions(fineTuneSettings, options),
        evaluation: await readEvaluation(options),
      });
      return follow(fineTuneId, jobId, options, output);
    }
    case "resume": {
      const { id } = await findByName("fineTune", name);
      return follow(id, await retryJobOf(id), options, output);
    }
    case "cancel":
      await cancelJobOf((await findByName("fineTune", name)).id);
      return 0;
    case "show":
      await show((await findByName("fineTune", name)).id, output);
      return 0;
    default:
      throw new SemblanceError("invalid_input", `semblance fine-tune has no action “${verb}”.`, {
        remedy: "Actions are start, list, show, cancel and resume.",
      });
  }
}

async function follow(
  fineTuneId: string,
  jobId: string,
  { wait }: FineTuneOptions,
  output: Output,
): Promise<number> {
  if (wait === false) {
    output.write(`${jobId}\n`);
    return 0;
  }
  await followJob(jobId);
  await show(fineTuneId, output);
  return 0;
}

async function show(id: string, output: Output): Promise<void> {
  const run = await getFineTune(id);
  const last = run.losses.at(-1);
  output.write(`${run.name}: ${run.state.toLowerCase()}, step ${run.step} of ${run.totalSteps}\n`);
  if (last) output.write(`loss ${last.loss.toFixed(4)}\n`);
  const validated = run.validations.at(-1);
  if (validated)
    output.write(
      `validation loss ${validated.heldOut.toFixed(4)} on held-out images, ${validated.training.toFixed(4)} on training images, step ${validated.step}\n`,
    );
  // Among them the images that were left out, and why.
  for (const { message } of run.log) output.write(`${message}\n`);
  if (run.warning) output.write(`${run.warning}\n`);
  if (run.error) output.write(`${run.error}\n`);
  for (const { name, step, isBest } of run.checkpoints)
    output.write(`model after step ${step}${isBest ? ", the best by validation" : ""}: ${name}\n`);
}

/** Null where `--evaluate-at-epochs` is not given. */
async function readEvaluation(options: FineTuneOptions): Promise<z.input<typeof runEvaluation> | null> {
  const {
    evaluateAtEpochs,
    evaluateCaptions,
    evaluateDataset,
    evaluateSplit,
    evaluateWith,
    evaluateMetrics,
    evaluateSides,
  } = options;
  if (evaluateAtEpochs === undefined) return null;
  return parseOptions(
    runEvaluation,
    {
      atEpochs: splitNames(evaluateAtEpochs).map(Number),
      captionLimit: evaluateCaptions,
      datasetId: evaluateDataset === undefined ? null : (await findByName("dataset", evaluateDataset)).id,
      split: readSplit(evaluateSplit, "--evaluate-split"),
      otherPartId: evaluateWith === undefined ? null : (await findByName("checkpoint", evaluateWith)).id,
      metrics: evaluateMetrics === undefined ? undefined : splitNames(evaluateMetrics),
      sidesPx: evaluateSides === undefined ? undefined : readSides(evaluateSides),
    },
    {
      atEpochs: "--evaluate-at-epochs",
      captionLimit: "--evaluate-captions",
      metrics: "--evaluate-metrics",
      sidesPx: "--evaluate-sides",
    },
  );
}

function neededName(name: string | undefined): string {
  if (name !== undefined) return name;
  throw new SemblanceError("invalid_input", "Give the fine-tune a name.", {
    remedy: "npx semblance fine-tune start NAME --dataset DATASET",
  });
}

function readPart(part = "base"): "BASE" | "UPSAMPLER" {
  if (part === "base") return "BASE";
  if (part === "upsampler") return "UPSAMPLER";
  throw new SemblanceError("invalid_input", `--part must be base or upsampler, not ${part}.`);
}
