/** Runs a fine-tune of the demo and records what its page would show: losses, previews, log and speed. */
import { existsSync } from "node:fs";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { basename, join } from "node:path";
import { RunLog, startLine } from "@/jobs/fine-tune/run-log";
import { openModel } from "@/lib/diffusion/model/open-model";
import { train } from "@/lib/diffusion/training/train";
import type { DemoPack } from "../install/pack";
import { type RecordedRun, recordFile } from "../install/recorded-run";
import { drawImageFiles } from "../world/image-files";

/**
 * A run whose record is there already is left alone. One that was interrupted starts over: its speed and times would
 * be wrong.
 *
 * @param pack.folder where weights lie and `run.folder` is written
 */
export async function recordRun(
  run: DemoPack["recordedRuns"][number],
  {
    folder,
    work,
    dataset,
    signal,
  }: {
    folder: string;
    work: string;
    dataset: DemoPack["datasets"][number];
    signal: AbortSignal;
  },
): Promise<void> {
  const target = join(folder, run.folder);
  if (existsSync(join(target, recordFile))) return;
  const startPath = join(folder, run.startFile);
  const { options } = await openModel(startPath);
  const files = await drawImageFiles(dataset.set, dataset.count, {
    folder: join(work, "images"),
    sizePx: 256,
  });
  const directory = join(work, "recorded", run.key);
  await rm(directory, { recursive: true, force: true });
  await rm(target, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await mkdir(target, { recursive: true });

  const startedAt = performance.now();
  const secondsNow = () => Number(((performance.now() - startedAt) / 1000).toFixed(1));
  const losses: [number, number][] = [];
  const previews: (RecordedRun["previews"][number] & { pngPath: string })[] = [];
  const log: RecordedRun["log"] = [];
  const lossLog = new RunLog(run.settings.batchSize / files.length);
  const note = (message: string) => log.push({ seconds: secondsNow(), message });
  let stepsPerSecond = 0;
  note(startLine(files.length, run.settings, "cpu"));
  await train({
    options,
    startWeightsPath: startPath,
    images: files.map(({ path, captions }) => ({ path, captions })),
    settings: run.settings,
    directory,
    signal,
    onEvent: (event) => {
      switch (event.type) {
        case "loss": {
          losses.push([Number(event.loss.toPrecision(5)), Number(event.gradientNorm.toPrecision(5))]);
          stepsPerSecond = event.stepsPerSecond;
          const line = lossLog.lineOf(event);
          if (line !== null) note(line);
          break;
        }
        case "preview": {
          const { step, caption, seed, pngPath } = event;
          previews.push({ step, caption, seed, file: basename(pngPath), pngPath });
          note(`Step ${step}: preview of “${caption}”.`);
          break;
        }
        case "log":
          note(event.message);
      }
    },
  });
  const record: RecordedRun = {
    machine: `${availableParallelism()} cores, ${cpus()[0]!.model}`,
    seconds: secondsNow(),
    stepsPerSecond: Number(stepsPerSecond.toPrecision(3)),
    losses,
    previews: previews.map(({ pngPath: _, ...preview }) => preview),
    log,
  };
  for (const { pngPath, file } of previews) await copyFile(pngPath, join(target, file));
  // Last: with it the record counts as whole.
  await writeFile(join(target, recordFile), `${JSON.stringify(record)}\n`);
}
