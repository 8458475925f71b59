/** The fine-tune that is trained. */
import { dropRunRequests } from "@/lib/fine-tunes/run-requests";
import { db } from "@/lib/platform/database/db";
import { hasEnded, type JobSubject } from "@/lib/platform/jobs/job-definition";

export const trainedFineTune: JobSubject = {
  async names(ids) {
    const rows = await db.fineTune.findMany({
      where: { id: { in: [...ids] } },
      select: { id: true, name: true },
    });
    return new Map(rows.map(({ id, name }) => [id, name]));
  },
  async follow(transaction, id, state, error) {
    const ended = hasEnded(state);
    await transaction.fineTune.updateMany({
      where: { id },
      data: {
        state,
        error,
        finishedAt: ended ? new Date() : null,
        ...(ended ? { secondsLeft: null } : {}),
      },
    });
    if (ended) {
      await transaction.$executeRaw`
        UPDATE "FineTune" SET "durationSeconds" = EXTRACT(EPOCH FROM "finishedAt" - "startedAt")
        WHERE "id" = ${id}::uuid`;
    }
    if (ended) await dropRunRequests(transaction, id);
    if (state === "RUNNING") {
      await transaction.fineTune.updateMany({
        where: { id, startedAt: null },
        data: { startedAt: new Date() },
      });
    }
  },
  async warnings(ids) {
    const rows = await db.fineTune.findMany({
      where: { id: { in: [...ids] }, warning: { not: null } },
      select: { id: true, warning: true },
    });
    return new Map(rows.map(({ id, warning }) => [id, warning!]));
  },
  async continued(ids) {
    const rows = await db.fineTune.findMany({
      where: { id: { in: [...ids] }, state: { not: "SUCCEEDED" } },
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  },
};
