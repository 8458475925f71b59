/** Ctrl-C for commands whose work can be cancelled. */
import { SemblanceError } from "@/lib/errors";
import { onStopSignals } from "@/lib/platform/server/stop-signals";

/**
 * Runs `work` with a signal that Ctrl-C, SIGTERM and SIGHUP abort, and waits for what it then stores. A second Ctrl-C
 * ends at once.
 *
 * @throws SemblanceError `cancelled` with `message` where `work` failed after such a signal; otherwise what `work`
 *   throws
 */
export async function cancelOnInterrupt<Result>(
  message: string,
  work: (signal: AbortSignal) => Promise<Result>,
  progress: Pick<NodeJS.WriteStream, "write"> = process.stderr,
): Promise<Result> {
  const interrupt = new AbortController();
  const signals = onStopSignals(() => {
    progress.write("\nStopping; finished work is saved first. Press Ctrl-C again to stop immediately.\n");
    interrupt.abort();
  });
  try {
    return await work(interrupt.signal);
  } catch (error) {
    throw interrupt.signal.aborted ? new SemblanceError("cancelled", message) : error;
  } finally {
    signals.release();
  }
}
