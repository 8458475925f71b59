/** Saves a study's design as a draft, which takes no votes yet. */
import { randomBytes } from "node:crypto";
import type { Prisma } from "@/lib/generated/prisma/client";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { assertNameIsFree, draftRows } from "./draft-rows";
import { type StudyDesignInput, studyDesign } from "./study-design";

/**
 * @param input the design as a form or the command line gives it
 * @param actor who does this, for the audit log
 * @param options.isDemo whether the study belongs to the demo and goes with it; fixed from here on
 * @returns the new study's id
 * @throws SemblanceError `conflict` when the name is taken, `not_found` when an arm's source is not there
 */
export async function createStudy(
  input: StudyDesignInput,
  actor: string,
  options: { isDemo?: boolean } = {},
): Promise<{ id: string }> {
  const design = studyDesign.parse(input);
  return db.$transaction(async (transaction) => {
    await assertNameIsFree(transaction, design.name, null);
    const study = await transaction.study.create({
      data: {
        ...(await draftRows(transaction, design)),
        isDemo: options.isDemo ?? false,
        inviteToken: randomBytes(18).toString("base64url"),
      },
      select: { id: true },
    });
    await appendAuditEntry(transaction, {
      actor,
      action: "study.created",
      subject: { kind: "study", id: study.id, name: design.name },
      detail: { studyId: study.id, design: design as unknown as Prisma.InputJsonObject },
    });
    return study;
  });
}
