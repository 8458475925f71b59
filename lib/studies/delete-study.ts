/** Deletes a study that has never been open here: a draft, or imported answers. Votes that were given here are never deleted. */
import { SemblanceError } from "@/lib/errors";
import { Prisma } from "@/lib/generated/prisma/client";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";

/** @throws SemblanceError `conflict` once the study has been opened */
export async function deleteStudy(studyId: string, actor: string): Promise<void> {
  await db.$transaction(
    async (transaction) => {
      // Before the study: what guards votes looks at theirs.
      await transaction.$executeRaw`
        DELETE FROM "Rating" USING "Assignment", "Rater", "Study"
        WHERE "Rating"."assignmentId" = "Assignment"."id" AND "Assignment"."raterId" = "Rater"."id"
          AND "Rater"."studyId" = "Study"."id" AND "Study"."id" = ${studyId}::uuid AND "Study"."imported" IS NOT NULL`;
      const study = await transaction.study.findFirst({
        where: { id: studyId, OR: [{ state: "DRAFT" }, { imported: { not: Prisma.AnyNull } }] },
        select: { name: true, imported: true },
      });
      if (!study) {
        throw new SemblanceError("conflict", "Only drafts and imported answers can be deleted.", {
          remedy: "Close the study instead; its votes are kept.",
        });
      }
      await transaction.study.delete({ where: { id: studyId } });
      await appendAuditEntry(transaction, {
        actor,
        action: "study.deleted",
        subject: { kind: "study", id: studyId, name: study.name },
        detail: { studyId, ...(study.imported === null ? {} : { isImported: true }) },
      });
    },
    // Of a hundred thousand answers.
    { timeout: 120_000 },
  );
}
