/** Waits for a job and tells how it goes; where no worker is alive, the command works on it itself. */
import { chooseExecutionProvider } from "@/lib/engine/runtime/choose-provider";
import { env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { listWorkers } from "@/lib/platform/jobs/list-workers";
import { onStopSignals } from "@/lib/platform/server/stop-signals";

const pollMs = 300;

type Output = Pick<NodeJS.WriteStream, "write"> & { readonly isTTY?: boolean };

/**
 * Ctrl-C stops the waiting, not the job: a worker goes on with it, or the next one takes it up.
 *
 * @throws SemblanceError `cancelled`, or `conflict` with the job's own error where it failed
 */
export function followJob(jobId: string, progress: Output = process.stderr): Promise<void> {
  return followJobs([jobId], progress);
}

/** The same for several, one after the other. */
export async function followJobs(
  jobIds: readonly string[],
  progress: Output = process.stderr,
): Promise<void> {
  if (jobIds.length === 0) return;
  const workers = await listWorkers();
  const worker = workers.length === 0 ? await startOwnWorker(progress) : null;
  if (workers.length > 0 && workers.every(({ duty }) => duty !== "WORK")) {
    progress.write(
      "No worker takes jobs at the moment: npx semblance workers list shows which can be resumed.\n",
    );
  }
  const interrupted = new AbortController();
  const signals = onStopSignals(() => {
    if (worker)
      progress.write("\nStopping; finished work is saved first. Press Ctrl-C again to stop immediately.\n");
    interrupted.abort();
  });
  try {
    for (const jobId of jobIds) await waitForEnd(jobId, progress, interrupted.signal);
  } finally {
    await worker?.stop();
    signals.release();
  }
}

async function startOwnWorker(progress: Output) {
  // Loaded only here: following somebody else's work needs no engine.
  const { startWorker } = await import("@/workers/start-worker");
  const choice = await chooseExecutionProvider(env().provider);
  progress.write(`No worker is running, so this command does the work itself (on ${choice.provider}).\n`);
  return startWorker(choice);
}

async function waitForEnd(jobId: string, progress: Output, interrupted: AbortSignal): Promise<void> {
  let said = "";
  for (;;) {
    const job = await db.job.findUniqueOrThrow({ where: { id: jobId } });
    const percent = Math.floor(job.progress * 100);
    const line = `${percent}%  ${job.note}`;
    if (job.state === "RUNNING" && line !== said) {
      // A terminal shows one line that changes; a log gets a line for every percent.
      if (progress.isTTY) progress.write(`\r\x1b[K${line}`);
      else if (!said.startsWith(`${percent}%`)) progress.write(`${line}\n`);
      said = line;
    }
    if (job.state !== "RUNNING" && job.state !== "QUEUED") {
      if (said !== "" && progress.isTTY) progress.write("\n");
      if (job.state === "SUCCEEDED") return;
      if (job.state === "PAUSED") {
        throw new SemblanceError("cancelled", "The run was paused.", {
          remedy: "npx semblance fine-tune resume NAME goes on with it.",
        });
      }
      if (job.state === "CANCELLED") throw new SemblanceError("cancelled", "The job was cancelled.");
      throw new SemblanceError("conflict", job.error ?? "The job failed.");
    }
    if (interrupted.aborted) {
      throw new SemblanceError("cancelled", "Stopped waiting. The job continues.", {
        remedy: `npx semblance jobs list shows it; npx semblance jobs cancel ${jobId} cancels it.`,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
