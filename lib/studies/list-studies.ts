/** Studies as the dashboard lists them. */
import type { StudyState } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import { type ListQuery, sortedPage } from "@/lib/platform/database/list-query";
import { type ImportedStudy, readImported } from "./imported-study";

export type StudySummary = {
  id: string;
  name: string;
  state: StudyState;
  /** Open as a pilot. */
  isPilot: boolean;
  /** Null for a study that was held here. */
  imported: ImportedStudy | null;
  isDemo: boolean;
  createdAt: Date;
  armNames: string[];
  itemCount: number;
  /** Answers that count and answers needed, over all regular items. */
  ratings: { given: number; needed: number };
  raterCount: number;
};

export const studySortKeys = ["createdAt", "name", "state"] as const;

/** @param page from 1, with `pageSize` studies each */
export async function listStudies(
  query: ListQuery<(typeof studySortKeys)[number]>,
): Promise<{ studies: StudySummary[]; total: number }> {
  const [rows, total] = await Promise.all([
    db.study.findMany({
      ...sortedPage(query, ["createdAt", "desc"]),
      include: {
        arms: { orderBy: { position: "asc" }, select: { name: true } },
        _count: { select: { items: true, raters: true } },
      },
    }),
    db.study.count(),
  ]);
  const ratings = await countRatings(rows.map(({ id }) => id));
  const studies = rows.map((study) => ({
    id: study.id,
    name: study.name,
    state: study.state,
    isPilot: study.isPilot,
    imported: readImported(study.imported),
    isDemo: study.isDemo,
    createdAt: study.createdAt,
    armNames: study.arms.map((arm) => arm.name),
    itemCount: study._count.items,
    ratings: ratings.get(study.id) ?? { given: 0, needed: 0 },
    raterCount: study._count.raters,
  }));
  return { studies, total };
}

/** By study; those without seats are missing. */
async function countRatings(studyIds: readonly string[]): Promise<Map<string, StudySummary["ratings"]>> {
  const rows = await db.$queryRaw<({ id: string } & StudySummary["ratings"])[]>`
    SELECT "studyId" AS id, (count(*) FILTER (WHERE "isDone"))::int AS given, count(*)::int AS needed
    FROM "Seat" WHERE "studyId" = ANY(${[...studyIds]}::uuid[]) GROUP BY "studyId"`;
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}
