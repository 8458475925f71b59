/** The language that a dataset's captions are written in. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";

/**
 * For browsers and screen readers. Studies that were opened before keep the language that they were opened with.
 *
 * @throws SemblanceError `not_found`
 */
export async function changeCaptionLanguage(datasetId: string, language: string): Promise<void> {
  const { count } = await db.dataset.updateMany({
    where: { id: datasetId },
    data: { captionLanguage: language },
  });
  if (count === 0) throw new SemblanceError("not_found", "There is no such dataset.");
}

/** Of the first arm's captions, which all arms share. */
export async function captionLanguageOfStudy(studyId: string): Promise<string> {
  const arm = await db.arm.findFirst({
    where: { studyId },
    orderBy: { position: "asc" },
    select: {
      dataset: { select: { captionLanguage: true } },
      sampleSet: { select: { dataset: { select: { captionLanguage: true } } } },
    },
  });
  return (arm?.dataset ?? arm?.sampleSet?.dataset)?.captionLanguage ?? "en";
}
