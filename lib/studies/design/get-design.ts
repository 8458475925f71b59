/** A study's design as planned: to change a draft, to start another study with it, to store it in a file. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { type StudyDesign, storedDesign } from "./study-design";

/** @throws SemblanceError `not_found` */
export async function getDesign(studyId: string): Promise<StudyDesign> {
  const study = await db.study.findUnique({
    where: { id: studyId },
    include: { arms: { orderBy: { position: "asc" } }, criteria: { orderBy: { position: "asc" } } },
  });
  if (!study) throw new SemblanceError("not_found", "There is no such study.");
  if (study.imported !== null) {
    throw new SemblanceError("conflict", `“${study.name}” was imported, so its design is not known.`, {
      remedy: "Start a new study.",
    });
  }
  return storedDesign.parse({
    ...study,
    checks: study.pickedChecks,
    pairChoice: study.pairChoice === "ACTIVE" ? "active" : "balanced",
    arms: study.arms.map(({ name, datasetId, sampleSetId }) => ({
      name,
      ...(datasetId === null ? {} : { datasetId }),
      ...(sampleSetId === null ? {} : { sampleSetId }),
    })),
  });
}
