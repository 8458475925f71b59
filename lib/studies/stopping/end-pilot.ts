/** Ends a study's pilot: everything that its raters gave is dropped, and the study starts for real or is a draft again. */
import { SemblanceError } from "@/lib/errors";
import type { Prisma } from "@/lib/generated/prisma/client";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";

export type DroppedPilot = { raters: number; answers: number };

/**
 * In one transaction, so that no answer of the pilot can end up in the study. Whoever took part in the pilot opens the
 * invite link again like anybody else.
 *
 * @param next "start": the study is open with the plan that the pilot had; "draft": its plan is given up, and its design can
 *   be changed
 * @throws SemblanceError `not_found`, `conflict` unless the study is open as a pilot
 */
export async function endPilot(
  studyId: string,
  next: "start" | "draft",
  actor: string,
): Promise<DroppedPilot> {
  return db.$transaction(
    async (transaction) => {
      // Nobody can join while this row is locked; whoever was joining is seen below.
      const [study] = await transaction.$queryRaw<{ isPilot: boolean; planHash: string | null }[]>`
        SELECT "isPilot" AND state = 'OPEN' AS "isPilot", "planHash" FROM "Study" WHERE id = ${studyId}::uuid FOR UPDATE`;
      if (!study) throw new SemblanceError("not_found", "There is no such study.");
      if (!study.isPilot) {
        throw new SemblanceError("conflict", "This study is not a pilot.", {
          remedy: "Real answers are kept. To leave out a rater's answers, exclude the rater.",
        });
      }
      // Answers that are being stored come first, and are dropped with the others.
      await transaction.$queryRaw`SELECT FROM "Rater" WHERE "studyId" = ${studyId}::uuid ORDER BY id FOR UPDATE`;
      const answers = await transaction.$executeRaw`
        DELETE FROM "Rating" USING "Assignment" a JOIN "Rater" r ON r.id = a."raterId"
        WHERE "Rating"."assignmentId" = a.id AND r."studyId" = ${studyId}::uuid`;
      await transaction.$executeRaw`
        UPDATE "Seat" SET "assignmentId" = NULL, "heldUntil" = NULL, "wantedUntil" = NULL, "isDone" = false
        WHERE "studyId" = ${studyId}::uuid AND ("assignmentId" IS NOT NULL OR "isDone")`;
      const raters = await transaction.$executeRaw`DELETE FROM "Rater" WHERE "studyId" = ${studyId}::uuid`;
      await transaction.joinRefusal.deleteMany({ where: { studyId } });
      if (next === "draft")
        await transaction.$executeRaw`DELETE FROM "Item" WHERE "studyId" = ${studyId}::uuid`;
      await transaction.study.update({
        where: { id: studyId },
        data: {
          isPilot: false,
          pilotEndedAt: new Date(),
          pilotRaters: raters,
          pilotAnswers: answers,
          ...(next === "start"
            ? { openedAt: new Date() }
            : {
                state: "DRAFT",
                openedAt: null,
                planHash: null,
                planFormat: null,
                registrationText: null,
                softwareVersion: null,
                timestampReply: null,
                leftOut: [] satisfies Prisma.InputJsonValue,
              }),
        },
      });
      await appendAuditEntry(transaction, {
        actor,
        action: "study.pilot-ended",
        subject: { kind: "study", id: studyId },
        detail: { studyId, planHash: study.planHash, next, raters, answers },
      });
      return { raters, answers };
    },
    { timeout: 120_000 },
  );
}
