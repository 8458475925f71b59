/** The language that a dataset's captions are written in. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry, nothingChanged } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";

/**
 * For browsers and screen readers. Studies that were opened before keep the language that they were opened with.
 *
 * @throws SemblanceError `not_found`
 */
export async function changeCaptionLanguage(datasetId: string, language: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    const before = await transaction.dataset.findUnique({ where: { id: datasetId } });
    if (!before) throw new SemblanceError("not_found", "There is no such dataset.");
    if (before.captionLanguage === language) return nothingChanged();
    await transaction.dataset.update({ where: { id: datasetId }, data: { captionLanguage: language } });
    await appendAuditEntry(transaction, {
      action: "dataset.language-changed",
      subject: { kind: "dataset", id: datasetId, name: before.name },
      detail: { from: before.captionLanguage, to: language },
    });
  });
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
