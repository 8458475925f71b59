/** Fine-tunes as the dashboard lists them. */
import type { ModelPart, RunState } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { type ListQuery, sortedPage } from "@/lib/platform/database/list-query";

export type FineTuneSummary = {
  id: string;
  name: string;
  part: ModelPart;
  state: RunState;
  dataset: { id: string; name: string };
  /** Null: from scratch. */
  startCheckpoint: { id: string; name: string } | null;
  step: number;
  totalSteps: number;
  secondsLeft: number | null;
  /** What people should know of its course, such as that it overfits. */
  warning: string | null;
  isDemo: boolean;
  createdAt: Date;
  finishedAt: Date | null;
};

export const fineTuneSortKeys = ["name", "part", "state", "createdAt"] as const;

/** @param page from 1, with `pageSize` fine-tunes each */
export async function listFineTunes(
  query: ListQuery<(typeof fineTuneSortKeys)[number]> = {},
): Promise<{ fineTunes: FineTuneSummary[]; total: number }> {
  const [fineTunes, total] = await Promise.all([
    db.fineTune.findMany({
      ...sortedPage(query, ["createdAt", "desc"]),
      select: {
        id: true,
        name: true,
        part: true,
        state: true,
        dataset: { select: { id: true, name: true } },
        startCheckpoint: { select: { id: true, name: true } },
        step: true,
        totalSteps: true,
        secondsLeft: true,
        warning: true,
        isDemo: true,
        createdAt: true,
        finishedAt: true,
      },
    }),
    db.fineTune.count(),
  ]);
  return { fineTunes, total };
}
