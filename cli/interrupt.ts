/** Ctrl-C for commands whose work can be cancelled. */
import { SemblanceError } from "@/lib/errors";

/**
 * Runs `work` with a signal that SIGINT and SIGTERM abort.
 *
 * @throws SemblanceError `cancelled` with `message` after such a signal; otherwise what `work` throws
 */
export async function cancelOnInterrupt<Result>(
  message: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const interrupt = new AbortController();
  const abort = () => interrupt.abort();
  process.on("SIGINT", abort).on("SIGTERM", abort);
  try {
    return await work(interrupt.signal);
  } catch (error) {
    throw interrupt.signal.aborted ? new SemblanceError("cancelled", message) : error;
  } finally {
    process.off("SIGINT", abort).off("SIGTERM", abort);
  }
}
