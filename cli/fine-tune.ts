/** `semblance fine-tune`: starts, follows, pauses, resumes and cancels fine-tunes of the platform. */
import { cancelJobOf } from "@/jobs/cancel-job";
import { findTrial } from "@/jobs/estimate-run/get-trial";
import { startEstimate } from "@/jobs/estimate-run/start";
import { pauseFineTune } from "@/jobs/fine-tune/pause";
import { startFineTune } from "@/jobs/fine-tune/start";
import { moveJobOf } from "@/jobs/queue-order";
import { retryJobOf } from "@/jobs/retry-job";
import { SemblanceError } from "@/lib/errors";
import { getFineTune } from "@/lib/fine-tunes/get-fine-tune";
import { listFineTunes } from "@/lib/fine-tunes/list-fine-tunes";
import { requestOfRun } from "@/lib/fine-tunes/run-requests";
import { settingsFileOf, toSettingsFile } from "@/lib/fine-tunes/settings-file/fine-tune-file";
import { estimateToText } from "./estimate-text";
import { findByName } from "./find-by-name";
import { type FineTuneOptions, readFineTune } from "./fine-tune-input";
import { followJob } from "./follow-job";
import { saveSettingsFile } from "./settings-file";
import { toTable } from "./table";

type Output = Pick<NodeJS.WriteStream, "write">;
type FineTuneInput = Awaited<ReturnType<typeof readFineTune>>;

/**
 * @param verb start [NAME] | list, or show, pause, resume, cancel, save, sample, up, down or first NAME
 * @returns the exit code: 0
 */
export async function fineTune(
  verb: string | undefined,
  name: string | undefined,
  options: FineTuneOptions = {},
  output: Output = process.stdout,
): Promise<number> {
  const action = verb ?? (options.settings === undefined && !options.estimate ? "list" : "start");
  switch (action) {
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
      const input = await readFineTune(name, options);
      if (options.writeSettings !== undefined) {
        await saveSettingsFile(options.writeSettings, await toSettingsFile(input));
        output.write(`${options.writeSettings}\n`);
        return 0;
      }
      if (options.estimate) return estimate(input, options, output);
      const { fineTuneId, jobId } = await startFineTune(input);
      return follow(fineTuneId, jobId, options, output);
    }
    case "resume": {
      const { id } = await findByName("fineTune", name);
      return follow(id, await retryJobOf(id), options, output);
    }
    case "cancel":
      await cancelJobOf((await findByName("fineTune", name)).id);
      return 0;
    case "pause":
      await pauseFineTune((await findByName("fineTune", name)).id);
      return 0;
    case "save":
    case "sample":
      await requestOfRun((await findByName("fineTune", name)).id, action === "save" ? "SAVE" : "SAMPLE");
      return 0;
    case "up":
    case "down":
    case "first":
      await moveJobOf((await findByName("fineTune", name)).id, action);
      return 0;
    case "show": {
      const { id } = await findByName("fineTune", name);
      if (options.writeSettings === undefined) await show(id, output);
      else {
        await saveSettingsFile(options.writeSettings, await settingsFileOf(id));
        output.write(`${options.writeSettings}\n`);
      }
      return 0;
    }
    default:
      throw new SemblanceError("invalid_input", `semblance fine-tune has no action “${verb}”.`, {
        remedy: "Actions are start, list, show, pause, resume, cancel, save, sample, up, down and first.",
      });
  }
}

/** Has the run tried, and tells what that says of it. */
async function estimate(input: FineTuneInput, { wait }: FineTuneOptions, output: Output): Promise<number> {
  const { jobId } = await startEstimate(input);
  if (wait === false) {
    output.write(`${jobId}\n`);
    return 0;
  }
  await followJob(jobId);
  const found = (await findTrial(input))?.estimate;
  if (!found) throw new SemblanceError("conflict", "The trial has no result.", { remedy: "Try it again." });
  output.write(`trial on ${found.hostname} (${found.provider})\n`);
  output.write(estimateToText(found.measures, input.settings));
  return 0;
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
  output.write(`${run.name}: ${run.state.toLowerCase()}, step ${run.step} of ${run.totalSteps}\n`);
  if (run.tags.length > 0) output.write(`tags: ${run.tags.join(", ")}\n`);
  if (run.notes !== "") output.write(`${run.notes}\n`);
  if (run.finalLoss !== null) output.write(`loss ${run.finalLoss.toFixed(4)}, mean of the last steps\n`);
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
