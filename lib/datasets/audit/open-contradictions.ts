/** Contradictions that nobody has dealt with yet: neither kept, nor corrected, nor excluded since the audit. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry, nothingChanged } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { requestContext } from "@/lib/platform/request/request-context";

export type OpenContradiction = {
  captionId: string;
  imageId: string;
  /** Of the file within the imported folder; its stem where that is not known. */
  fileName: string;
  sha256: string;
  caption: string;
  attribute: string;
  asked: string;
  shown: string;
  /** Above 0. */
  margin: number;
};

/** Largest margin first. @param page from 1 */
export async function listOpenContradictions(
  auditId: string,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<{ contradictions: OpenContradiction[]; total: number }> {
  const [contradictions, [counted]] = await Promise.all([
    db.$queryRaw<OpenContradiction[]>`
      SELECT found."captionId", image."id" AS "imageId", coalesce(image."fileName", image."stem") AS "fileName",
        image."blobSha256" AS sha256, caption."text" AS caption, found."attribute", found."asked", found."shown",
        found."margin"
      FROM "Contradiction" found
      JOIN "Caption" caption ON caption."id" = found."captionId" AND caption."untilRevision" IS NULL
      JOIN "Image" image ON image."id" = caption."imageId" AND NOT image."isExcluded"
      WHERE found."auditId" = ${auditId}::uuid AND NOT EXISTS (
        SELECT 1 FROM "KeptContradiction" kept
        WHERE kept."captionId" = found."captionId" AND kept."attribute" = found."attribute")
      ORDER BY found."margin" DESC, found."captionId", found."attribute"
      LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
    db.$queryRaw<{ total: number }[]>`
      SELECT count(*)::int AS total
      FROM "Contradiction" found
      JOIN "Caption" caption ON caption."id" = found."captionId" AND caption."untilRevision" IS NULL
      JOIN "Image" image ON image."id" = caption."imageId" AND NOT image."isExcluded"
      WHERE found."auditId" = ${auditId}::uuid AND NOT EXISTS (
        SELECT 1 FROM "KeptContradiction" kept
        WHERE kept."captionId" = found."captionId" AND kept."attribute" = found."attribute")`,
  ]);
  return { contradictions, total: counted!.total };
}

/**
 * Remembers that a caption is right as it is: this audit and later ones do not show it again, until its text changes.
 *
 * @throws SemblanceError `not_found` for a caption that the dataset does not have
 */
export async function keepContradiction({
  datasetId,
  captionId,
  attribute,
}: {
  datasetId: string;
  captionId: string;
  attribute: string;
}): Promise<void> {
  await db.$transaction(async (transaction) => {
    const caption = await transaction.caption.findFirst({
      where: { id: captionId, image: { datasetId } },
      select: { text: true, image: { select: { dataset: { select: { name: true } } } } },
    });
    if (!caption) {
      throw new SemblanceError("not_found", "The dataset has no such caption.", {
        remedy: "Reload the page.",
      });
    }
    const { count } = await transaction.keptContradiction.createMany({
      data: { captionId, attribute, actor: requestContext()?.actor ?? "system" },
      skipDuplicates: true,
    });
    if (count === 0) return nothingChanged();
    await appendAuditEntry(transaction, {
      action: "dataset.contradiction-kept",
      subject: { kind: "dataset", id: datasetId, name: caption.image.dataset.name },
      detail: { captionId, caption: caption.text, attribute },
    });
  });
}
