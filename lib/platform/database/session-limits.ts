/** How long each kind of process may wait for the database. */

export type Patience = "web" | "worker";

/**
 * A page waits for nobody longer than its reader would; imports and openings write for minutes. A transaction that is left
 * open holds locks, and is ended by the database.
 */
const limits: Record<Patience, { statementMs: number; lockMs: number; idleInTransactionMs: number }> = {
  web: { statementMs: 30_000, lockMs: 10_000, idleInTransactionMs: 60_000 },
  worker: { statementMs: 600_000, lockMs: 60_000, idleInTransactionMs: 600_000 },
};

/** Waiting for a connection to be made, or to become free. */
export const connectionTimeoutMs = 10_000;

// Next bundles this module more than once; the choice must still be one per process.
const holder = globalThis as typeof globalThis & { semblancePatience?: Patience };

/** For web servers, before their first connection; every other process is as patient as a worker. */
export function beImpatient(): void {
  holder.semblancePatience = "web";
}

/** PostgreSQL's settings for the connections of this process, as the driver takes them. */
export function sessionOptions(patience: Patience = holder.semblancePatience ?? "worker"): string {
  const { statementMs, lockMs, idleInTransactionMs } = limits[patience];
  return [
    "-c timezone=UTC",
    `-c statement_timeout=${statementMs}`,
    `-c lock_timeout=${lockMs}`,
    `-c idle_in_transaction_session_timeout=${idleInTransactionMs}`,
  ].join(" ");
}
