/** One study with its design and progress, for the dashboard. */
import { SemblanceError } from "@/lib/errors";
import { leftOutImages } from "@/lib/images/left-out";
import { db } from "@/lib/platform/database/db";
import { readImported } from "./imported-study";
import { readStopping } from "./stopping/study-stopping";

/** @throws SemblanceError `not_found` */
export async function getStudy(studyId: string) {
  const study = await db.study.findUnique({
    where: { id: studyId },
    include: {
      criteria: { orderBy: { position: "asc" } },
      arms: {
        orderBy: { position: "asc" },
        include: {
          dataset: { select: { id: true, name: true } },
          sampleSet: { select: { id: true, name: true } },
        },
      },
      _count: { select: { items: true, raters: true } },
    },
  });
  if (!study) {
    throw new SemblanceError("not_found", "There is no such study.", {
      remedy: "It may have been deleted; the list of studies shows those that exist.",
    });
  }
  const [seats, checks, openingJob, stopping] = await Promise.all([
    seatsByCriterion(studyId),
    db.item.groupBy({ by: ["kind"], where: { studyId, kind: { not: "REGULAR" } }, _count: true }),
    study.state === "OPENING"
      ? db.job.findFirst({
          where: { subjectId: studyId, kind: "open-study" },
          orderBy: { createdAt: "desc" },
          select: { state: true, progress: true, note: true },
        })
      : null,
    readStopping(studyId),
  ]);
  const progress = study.criteria.map(({ id }) => ({
    criterionId: id,
    given: 0,
    needed: 0,
    ...seats.get(id),
  }));
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    ...study,
    /** Images that could not be read when it opened. */
    leftOut: leftOutImages.parse(study.leftOut),
    /** Null for a study that was held here. */
    imported: readImported(study.imported),
    /** Answers that count, by raters who are not excluded; checks and repeats come on top. */
    progress,
    ratings: {
      given: sum(progress.map(({ given }) => given)),
      needed: sum(progress.map(({ needed }) => needed)),
    },
    regularItemCount: study._count.items - sum(checks.map(({ _count }) => _count)),
    checkCounts: Object.fromEntries(checks.map(({ kind, _count }) => [kind, _count])),
    openingJob,
    stopping,
  };
}

async function seatsByCriterion(studyId: string): Promise<Map<string, { given: number; needed: number }>> {
  const rows = await db.$queryRaw<{ criterionId: string; given: number; needed: number }[]>`
    SELECT i."criterionId", count(*) FILTER (WHERE s."isDone")::int AS given, count(*)::int AS needed
    FROM "Seat" s JOIN "Item" i ON i.id = s."itemId"
    WHERE s."studyId" = ${studyId}::uuid GROUP BY i."criterionId"`;
  return new Map(rows.map(({ criterionId, given, needed }) => [criterionId, { given, needed }]));
}
