/** How a run stays open to being cancelled. */
import { SemblanceError } from "@/lib/errors";

/**
 * Lets messages and signals in, which wait while the engine computes.
 *
 * @throws SemblanceError `cancelled`
 */
export async function pauseFor(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal?.aborted) throw new SemblanceError("cancelled", "The training was cancelled.");
}
