/** Fine-tunes as the dashboard lists them. */
import type { Prisma } from "@/lib/generated/prisma/client";
import type { ModelPart, RunState } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { type ListQuery, pageOf } from "@/lib/platform/database/list-query";

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
  tags: string[];
  /** Mean over the last steps so far; null before the first. */
  finalLoss: number | null;
  /** At the last validation; null before the first. */
  validationLoss: number | null;
  /** From start to end; null until it has ended. */
  durationSeconds: number | null;
  isDemo: boolean;
  createdAt: Date;
  finishedAt: Date | null;
};

/** What a run may not have: those without it come last, whichever way it is sorted. */
const measuredSortKeys = ["finalLoss", "validationLoss", "durationSeconds"] as const;

export const fineTuneSortKeys = ["name", "part", "state", "createdAt", ...measuredSortKeys] as const;

export type FineTuneSortKey = (typeof fineTuneSortKeys)[number];

export type FineTuneQuery = ListQuery<FineTuneSortKey> & {
  /** Words that all occur in name, notes, a tag, or the name of the dataset; in any case of letters. */
  readonly search?: string;
  /** Only those put away, or only the others; absent: all. */
  readonly isArchived?: boolean;
};

export async function listFineTunes(
  query: FineTuneQuery = {},
): Promise<{ fineTunes: FineTuneSummary[]; total: number }> {
  const where = matching(query);
  const [fineTunes, total] = await Promise.all([
    db.fineTune.findMany({
      where,
      ...pageOf(query),
      orderBy: [sorting(query), { id: "asc" }],
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
        tags: true,
        finalLoss: true,
        validationLoss: true,
        durationSeconds: true,
        isDemo: true,
        createdAt: true,
        finishedAt: true,
      },
    }),
    db.fineTune.count({ where }),
  ]);
  return { fineTunes, total };
}

function sorting({
  sort = "createdAt",
  order = "desc",
}: FineTuneQuery): Prisma.FineTuneOrderByWithRelationInput {
  const isMeasured = (measuredSortKeys as readonly string[]).includes(sort);
  return { [sort]: isMeasured ? { sort: order, nulls: "last" } : order };
}

function matching({ search = "", isArchived }: FineTuneQuery): Prisma.FineTuneWhereInput {
  const words = search
    .normalize()
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return {
    ...(isArchived === undefined ? {} : { archivedAt: isArchived ? { not: null } : null }),
    AND: words.map((word) => ({
      OR: [
        { name: containing(word) },
        { notes: containing(word) },
        { tags: { has: word } },
        { tags: { has: search.trim().normalize().toLowerCase() } },
        { dataset: { name: containing(word) } },
      ],
    })),
  };
}

/** Prisma leaves the wildcards of LIKE as they are. */
function containing(word: string) {
  return { contains: word.replace(/[\\%_]/g, "\\$&"), mode: "insensitive" as const };
}
