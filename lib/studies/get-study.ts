/** One study with its design and progress, for the admin panel. */
import { db } from "@/lib/db";
import { SemblanceError } from "@/lib/errors";

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
  const given = await db.rating.count({ where: { assignment: { item: { studyId } } } });
  return { ...study, ratings: { given, needed: study._count.items * study.ratersPerItem } };
}
