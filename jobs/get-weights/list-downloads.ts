/** The latest download of each network, as pages show it. */
import type { RunState } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { getWeightsPayload } from "./payload";

export type WeightDownload = {
  state: RunState;
  /** 0 to 1. */
  progress: number;
  note: string;
  error: string | null;
};

/** @returns by the network's name; a network that nobody has downloaded is absent */
export async function listWeightDownloads(): Promise<ReadonlyMap<string, WeightDownload>> {
  const jobs = await db.job.findMany({
    where: { kind: "get-weights" },
    orderBy: { createdAt: "asc" },
    select: { payload: true, state: true, progress: true, note: true, error: true },
  });
  return new Map(jobs.map(({ payload, ...job }) => [getWeightsPayload.parse(payload).name, job]));
}
