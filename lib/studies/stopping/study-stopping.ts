/** Keeps when the results of a study were first looked at before all planned answers were in. */
import { db } from "@/lib/platform/database/db";
import type { Stopping } from "./stopping";

/** To be called wherever results are shown or handed out. A study without answers has no results yet. */
export async function noteFirstLook(studyId: string): Promise<void> {
  await db.$executeRaw`
    UPDATE "Study" SET "firstLookAt" = now(), "firstLookAnswers" = seats.given
    FROM (SELECT count(*) FILTER (WHERE "isDone")::int AS given, count(*)::int AS planned
          FROM "Seat" WHERE "studyId" = ${studyId}::uuid) seats
    WHERE id = ${studyId}::uuid AND state = 'OPEN' AND NOT "isPilot" AND "firstLookAt" IS NULL
      AND seats.given > 0 AND seats.given < seats.planned`;
}

/** How the study ended and when it was first looked at, as stored. */
export async function readStopping(studyId: string): Promise<Stopping> {
  const study = await db.study.findUniqueOrThrow({
    where: { id: studyId },
    select: {
      closedAt: true,
      endReason: true,
      endAnswers: true,
      firstLookAt: true,
      firstLookAnswers: true,
      isPilot: true,
    },
  });
  const { closedAt, endReason, endAnswers, firstLookAt, firstLookAnswers, isPilot } = study;
  return {
    planned_answers: await db.seat.count({ where: { studyId } }),
    end:
      closedAt && endReason !== null && endAnswers !== null
        ? { reason: endReason, at: closedAt.toISOString(), answers: endAnswers }
        : null,
    first_look:
      firstLookAt && firstLookAnswers !== null
        ? { at: firstLookAt.toISOString(), answers: firstLookAnswers }
        : null,
    ...(isPilot ? { is_pilot: true } : {}),
  };
}
