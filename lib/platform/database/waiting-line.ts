/**
 * Lines for work that takes turns at a lock of the database. Whoever waits for the lock holds a connection, and the process has
 * ten: a hundred visitors who join at once would hold them all, and everybody else, the rest of the hundred included, would
 * wait for a connection until that fails. In a line they wait here, for as long as their browsers do.
 */
import PQueue from "p-queue";

/** One works, the next one's statements are on their way. */
const atOnce = 3;

type LineName = "joining" | "captioning";

// Next bundles this module more than once; a line must still be one per process.
const holder = globalThis as typeof globalThis & { semblanceLines?: Map<LineName, PQueue> };

/** First come, first served. */
export function inLine<Result>(name: LineName, work: () => Promise<Result>): Promise<Result> {
  holder.semblanceLines ??= new Map();
  const line = holder.semblanceLines.get(name) ?? new PQueue({ concurrency: atOnce });
  holder.semblanceLines.set(name, line);
  return line.add(work);
}
