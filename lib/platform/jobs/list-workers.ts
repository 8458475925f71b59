/** The workers that are alive, what they do, and those that have ended but are not to take jobs when they start again. */
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
const silentAfterMs = 15_000;

/** Who was not heard of since then has died. */
export const silentSince = () => new Date(Date.now() - silentAfterMs);

/** Oldest first. */
export async function listWorkers(): Promise<WorkerSummary[]> {
  const rows = await db.worker.findMany({
    where: { lastSeenAt: { gt: silentSince() }, stoppedAt: null },
    orderBy: { startedAt: "asc" },
  });
  return rows.map((row) => ({
    ...row,
    declinedProviders: row.declinedProviders as WorkerSummary["declinedProviders"],
  }));
}

/** A drained or paused worker that has ended. */
export type StoppedWorker = Pick<WorkerSummary, "id" | "hostname" | "device" | "duty" | "lastSeenAt">;

/** Whoever starts in their place takes no jobs until told to; the latest first. */
export function listStoppedWorkers(): Promise<StoppedWorker[]> {
  return db.worker.findMany({
    where: {
      duty: { not: "WORK" },
      OR: [{ stoppedAt: { not: null } }, { lastSeenAt: { lte: silentSince() } }],
    },
    orderBy: { lastSeenAt: "desc" },
    select: { id: true, hostname: true, device: true, duty: true, lastSeenAt: true },
  });
}

export const stoppedState = ({ duty }: StoppedWorker) =>
  duty === "DRAIN" ? "Stopped, drained" : "Stopped, paused";

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
