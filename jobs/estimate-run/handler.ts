/** Tries a run in the worker: its first steps, in a folder that is removed. */

import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { openTrainingInput } from "@/jobs/fine-tune/training-input";
import type { TrialEvent } from "@/lib/diffusion/training/training-trial";
import { dataPaths } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { runEngineTask } from "@/lib/platform/engine-process/run-engine-task";
import type { JobHandler } from "@/lib/platform/jobs/job-handler";
import { LocalFiles } from "@/lib/platform/storage/local-files";
import type { estimateRunJob } from "./job";
import { memoryRemedy } from "./memory-remedy";
import { trialTask } from "./task";

export const handle: JobHandler<typeof estimateRunJob> = async (
  { run },
  { signal, lost, provider, providerRefusal, report, keepResult },
) => {
  const files = new LocalFiles();
  const directory = join(dataPaths().runs, `trial-${randomUUID()}`);
  try {
    await mkdir(directory, { recursive: true });
    const { input } = await openTrainingInput(await withStart(run), files);
    const measures = await runEngineTask(
      { ...trialTask, savesMemory: memoryRemedy(run.settings, provider === "cpu") },
      { ...input, directory, provider, providerRefusal },
      { signal, kill: lost, onEvent: (event) => report(...toProgress(event)) },
    );
    await keepResult({ measures, hostname: hostname(), provider, measuredAt: new Date().toISOString() });
  } finally {
    await files.release();
    await rm(directory, { recursive: true, force: true });
  }
};

async function withStart<Run extends { startCheckpointId: string | null }>(run: Run) {
  const { startCheckpointId: id } = run;
  if (id === null) return { ...run, startCheckpoint: null };
  const startCheckpoint = await db.checkpoint.findUnique({ where: { id } });
  if (startCheckpoint) return { ...run, startCheckpoint };
  throw new SemblanceError("not_found", "The model that training starts from was deleted.", {
    remedy: "Choose another one.",
  });
}

/** Nobody knows how long each phase takes before it is over: the bar counts phases. */
const phases = {
  opening: [0.05, "reads images and weights"],
  steps: [0.3, "trains"],
  validation: [0.6, "validates"],
  previews: [0.75, "draws a preview"],
  writing: [0.9, "writes a state and a model"],
} as const;

function toProgress({ phase, steps }: TrialEvent): [progress: number, note: string] {
  const [progress, words] = phases[phase];
  return [progress, phase === "steps" && steps > 0 ? `${words}, step ${steps + 1}` : words];
}
