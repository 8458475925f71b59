/** Transactions that PostgreSQL ended because they waited for each other are run once more, as its manual advises. */

const mostAttempts = 5;
/** Those that met are kept apart by a random part of it. */
const pauseMs = 50;

/** Of PostgreSQL: deadlock_detected. */
const deadlockCode = "40P01";

/**
 * @param work has no effect outside the database where it fails: it may be called again
 * @throws what `work` throws, also a deadlock after the last attempt
 */
export async function retryDeadlock<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (thrown) {
      if (attempt === mostAttempts || !isDeadlock(thrown)) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, pauseMs * attempt * Math.random()));
    }
  }
}

/** Of `pg`, or of a raw query of Prisma's, whose own code is P2010. */
export function isDeadlock(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const { code, message } = thrown as Error & { code?: string };
  return code === deadlockCode || (code === "P2010" && message.includes(deadlockCode));
}
