/** Replaces a draft's design. An opened study keeps its design: votes belong to the plan under which they were given. */
import { SemblanceError } from "@/lib/errors";
import type { Prisma } from "@/lib/generated/prisma/client";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { assertNameIsFree, draftRows } from "./draft-rows";
import { type StudyDesignInput, studyDesign } from "./study-design";

/**
 * @param input the whole new design
 * @param actor who does this, for the audit log
 * @throws SemblanceError `conflict` unless the study is a draft, or when another has the name; `not_found` when the
 *   study or an arm's source is not there
 */
export async function changeDraft(
  studyId: string,
  input: StudyDesignInput,
  actor: string,
): Promise<{ id: string }> {
  const design = studyDesign.parse(input);
  return db.$transaction(async (transaction) => {
    // Locks the row: an opening that begins meanwhile waits, and then finds the new design whole.
    const held = await transaction.study.updateMany({
      where: { id: studyId, state: "DRAFT" },
      data: { openingError: null },
    });
    if (held.count === 0) {
      const opened = await transaction.study.findUnique({ where: { id: studyId }, select: { id: true } });
      if (!opened) throw new SemblanceError("not_found", "There is no such study.");
      throw new SemblanceError("conflict", "Only a draft can be changed.", {
        remedy: "The plan of an opened study is fixed. Create a new study with its design instead.",
      });
    }
    await assertNameIsFree(transaction, design.name, studyId);
    await transaction.arm.deleteMany({ where: { studyId } });
    await transaction.criterion.deleteMany({ where: { studyId } });
    await transaction.study.update({ where: { id: studyId }, data: await draftRows(transaction, design) });
    await appendAuditEntry(transaction, {
      actor,
      action: "study.changed",
      subject: { kind: "study", id: studyId, name: design.name },
      detail: { studyId, design: design as unknown as Prisma.InputJsonObject },
    });
    return { id: studyId };
  });
}
