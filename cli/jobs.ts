/** `semblance jobs` and `semblance worker`: what runs, what waits, and one more hand to do it. */
import { chooseExecutionProvider } from "@/lib/engine/runtime/choose-provider";
import { env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { cancelJob } from "@/lib/platform/jobs/cancel-job";
import { listJobs, listWorkers } from "@/lib/platform/jobs/list-jobs";
import { retryJob } from "@/lib/platform/jobs/retry-job";
import { onStopSignals } from "@/lib/platform/server/stop-signals";
import { followJob } from "./follow-job";
import { toTable } from "./table";

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Output = Pick<NodeJS.WriteStream, "write">;

/**
 * @param verb list | follow ID | cancel ID | retry ID
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
              row.error ?? (row.missing > 0 ? uncomputed(row.missing) : row.note),
            ]),
          ),
        );
        const { length } = await listWorkers();
        output.write(`${length} ${length === 1 ? "worker" : "workers"} at work\n`);
      }
      return 0;
    }
    case "follow":
      await followJob(needed(id));
      return 0;
    case "cancel":
      await cancelJob(needed(id));
      return 0;
    case "retry":
      output.write(`${await retryJob(needed(id))}\n`);
      return 0;
    default:
      throw new SemblanceError("invalid_input", `semblance jobs has no verb “${verb}”.`, {
        remedy: "It has list, follow, cancel and retry.",
      });
  }
}

const uncomputed = (count: number) => `${count} ${count === 1 ? "metric" : "metrics"} could not be computed`;

function needed(id: string | undefined): string {
  if (id) {
    if (uuidPattern.test(id)) return id;
    throw new SemblanceError("not_found", `There is no job “${id}”.`, {
      remedy: "npx semblance jobs list shows the ids of all.",
    });
  }
  throw new SemblanceError("invalid_input", "Give the id of a job.", {
    remedy: "npx semblance jobs list shows them.",
  });
}

/** Takes jobs until it is told to stop. @returns the exit code: 0 */
export async function worker(output: Output = process.stdout): Promise<number> {
  const [{ startWorker }, { jobHandlers }] = await Promise.all([
    import("@/workers/start-worker"),
    import("@/workers/job-handlers"),
  ]);
  const choice = await chooseExecutionProvider(env().provider);
  const running = await startWorker(jobHandlers, choice);
  output.write(
    `Worker ${running.id} takes jobs; the engine runs on ${choice.provider}. Stop it with Ctrl-C.\n`,
  );
  await new Promise<void>((resolve) => {
    onStopSignals(resolve);
  });
  output.write("Stopping; what is done is stored first. Ctrl-C again ends at once.\n");
  await running.stop();
  return 0;
}
