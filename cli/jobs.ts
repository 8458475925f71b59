/** `semblance jobs` and `semblance worker`: what runs, what waits, and one more hand to do it. */
import { cancelJob } from "@/jobs/cancel-job";
import { type JobSummary, listJobs } from "@/jobs/list-jobs";
import { moveJob } from "@/jobs/queue-order";
import { jobOfKind } from "@/jobs/registry";
import { retryJob } from "@/jobs/retry-job";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { chooseExecutionProvider } from "@/lib/engine/runtime/choose-provider";
import { env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { listWorkers } from "@/lib/platform/jobs/list-workers";
import { onStopSignals } from "@/lib/platform/server/stop-signals";
import { counted } from "@/lib/text/counted";
import { followJob } from "./follow-job";
import { toTable } from "./table";

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Output = Pick<NodeJS.WriteStream, "write">;

/**
 * @param verb list, or follow, cancel, retry, up, down or first ID
 * @returns the exit code: 0
 */
export async function jobs(
  verb: string,
  id: string | undefined,
  options: { json?: boolean } = {},
  output: Output = process.stdout,
): Promise<number> {
  switch (verb) {
    case "list": {
      const { jobs: rows } = await listJobs({ pageSize: 100 });
      if (options.json) output.write(`${JSON.stringify(rows)}\n`);
      else {
        output.write(
          toTable(
            ["id", "kind", "of", "state", "done", "note"],
            rows.map((row) => [
              row.id,
              row.kind,
              row.subjectName,
              row.state.toLowerCase(),
              `${Math.floor(row.progress * 100)}%`,
              row.error ?? missing(row) ?? row.warning ?? row.note,
            ]),
          ),
        );
        const { length } = await listWorkers();
        output.write(`${counted(length, "worker", "workers")} running\n`);
      }
      return 0;
    }
    case "follow":
      await followJob(needed(id));
      return 0;
    case "cancel":
      await cancelJob(needed(id));
      return 0;
    case "up":
    case "down":
    case "first":
      await moveJob(needed(id), verb);
      return 0;
    case "retry":
      output.write(`${await retryJob(needed(id))}\n`);
      return 0;
    default:
      throw new SemblanceError("invalid_input", `semblance jobs has no action “${verb}”.`, {
        remedy: "Actions are list, follow, cancel, retry, up, down and first.",
      });
  }
}

/** Null where nothing is missing. */
function missing({ kind, missing: count }: JobSummary): string | null {
  return count === 0 ? null : (jobOfKind(kind).words.missing?.(count) ?? null);
}

function needed(id: string | undefined): string {
  if (id) {
    if (uuidPattern.test(id)) return id;
    throw new SemblanceError("not_found", `There is no job “${id}”.`, {
      remedy: "npx semblance jobs list shows the ids of all jobs.",
    });
  }
  throw new SemblanceError("invalid_input", "Give the id of a job.", {
    remedy: "npx semblance jobs list shows them.",
  });
}

/** Takes jobs until it is told to stop. @returns the exit code: 0 */
export async function worker(
  { provider = env().provider }: { provider?: "auto" | ExecutionProvider } = {},
  output: Output = process.stdout,
): Promise<number> {
  const { startWorker } = await import("@/workers/start-worker");
  const choice = await chooseExecutionProvider(provider);
  const running = await startWorker(choice);
  output.write(`${running.text} Stop it with Ctrl-C.\n`);
  await new Promise<void>((resolve) => {
    onStopSignals(resolve);
  });
  output.write("Stopping; finished work is saved first. Press Ctrl-C again to stop immediately.\n");
  await running.stop();
  return 0;
}
