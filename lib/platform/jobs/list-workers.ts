/** The workers that are alive. */
import { db } from "@/lib/platform/database/db";

export type WorkerSummary = {
  id: string;
  hostname: string;
  pid: number;
  executionProvider: string;
  declinedProviders: { provider: string; reason: string }[];
  startedAt: Date;
  lastSeenAt: Date;
};

/** A worker that was not heard of for so long is taken for dead. */
const silentAfterMs = 15_000;

/** Oldest first. */
export async function listWorkers(): Promise<WorkerSummary[]> {
  const rows = await db.worker.findMany({
    where: { lastSeenAt: { gt: new Date(Date.now() - silentAfterMs) } },
    orderBy: { startedAt: "asc" },
  });
  return rows.map((row) => ({
    ...row,
    declinedProviders: row.declinedProviders as WorkerSummary["declinedProviders"],
  }));
}
