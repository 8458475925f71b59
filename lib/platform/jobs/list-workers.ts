/** The workers that are alive, and what they do. */
import type { WorkerDuty } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";

export type WorkerSummary = {
  id: string;
  hostname: string;
  pid: number;
  executionProvider: string;
  /** See computingDevice. */
  device: string;
  duty: WorkerDuty;
  /** What it does of that already. */
  heardDuty: WorkerDuty;
  /** It takes no jobs, and has none. */
  isFree: boolean;
  /** Whether it is the worker that computes on its device. */
  holdsDevice: boolean;
  declinedProviders: { provider: string; reason: string }[];
  startedAt: Date;
  lastSeenAt: Date;
};

/** A worker that was not heard of for so long is taken for dead. */
export const silentAfterMs = 15_000;

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

/** What a worker does, in a word and a sentence. */
export function workerState({
  duty,
  heardDuty,
  isFree,
  holdsDevice,
  device,
}: Pick<WorkerSummary, "duty" | "heardDuty" | "isFree" | "holdsDevice" | "device">): {
  label: string;
  text: string | null;
  takesJobs: boolean;
} {
  if (duty !== heardDuty) {
    return {
      label: "Being told",
      text: "It does what it is told within seconds.",
      takesJobs: duty === "WORK",
    };
  }
  if (duty === "WORK") {
    if (holdsDevice) return { label: "Takes jobs", text: null, takesJobs: true };
    return {
      label: "Stands by",
      text: `Another worker of this machine computes on ${device}. This one takes imports and downloads, and takes over when that one stops.`,
      takesJobs: true,
    };
  }
  const label = duty === "DRAIN" ? (isFree ? "Drained" : "Draining") : isFree ? "Paused" : "Pausing";
  const doing =
    duty === "DRAIN"
      ? "It finishes its jobs and takes no new ones."
      : "It saves what it has and hands its jobs back.";
  return { label, text: isFree ? "It has no job and takes none." : doing, takesJobs: false };
}
