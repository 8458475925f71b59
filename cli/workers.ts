/** `semblance workers`: lists the workers, and tells one to stop taking jobs or to take them again. */
import { SemblanceError } from "@/lib/errors";
import { listStoppedWorkers, listWorkers, stoppedState, workerState } from "@/lib/platform/jobs/list-workers";
import { setWorkerDuty } from "@/lib/platform/jobs/worker-duty";
import { toTable } from "./table";

type Output = Pick<NodeJS.WriteStream, "write">;

const duties = { drain: "DRAIN", pause: "PAUSE", resume: "WORK" } as const;

/**
 * @param verb list, or drain, pause or resume ID
 * @param id a worker's, or as much of its beginning as tells it from the others
 * @returns the exit code: 0
 */
export async function workers(
  verb = "list",
  id: string | undefined = undefined,
  output: Output = process.stdout,
): Promise<number> {
  if (verb === "list") {
    const running = (await listWorkers()).map((worker) => [
      worker.id,
      worker.hostname,
      worker.pid,
      worker.device,
      workerState(worker).label.toLowerCase(),
    ]);
    const stopped = (await listStoppedWorkers()).map((worker) => [
      worker.id,
      worker.hostname,
      "",
      worker.device,
      stoppedState(worker).toLowerCase(),
    ]);
    output.write(toTable(["id", "machine", "process", "device", "state"], [...running, ...stopped]));
    return 0;
  }
  if (!(verb in duties)) {
    throw new SemblanceError("invalid_input", `semblance workers has no action “${verb}”.`, {
      remedy: "Actions are list, drain, pause and resume.",
    });
  }
  await setWorkerDuty(await findWorker(id), duties[verb as keyof typeof duties]);
  return 0;
}

async function findWorker(start: string | undefined): Promise<string> {
  const known = start ? [...(await listWorkers()), ...(await listStoppedWorkers())] : [];
  const found = known.filter(({ id }) => id.startsWith(start!));
  if (found.length === 1) return found[0]!.id;
  throw new SemblanceError(
    start && found.length === 0 ? "not_found" : "invalid_input",
    !start
      ? "Give the id of a worker."
      : found.length === 0
        ? `No worker has the id “${start}”.`
        : `The ids of ${found.length} workers begin with “${start}”.`,
    { remedy: "npx semblance workers list shows them." },
  );
}
