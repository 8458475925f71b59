/** A drawing of a typed caption. It has no row besides its jobs', and is named by its caption. */
import { db } from "@/lib/platform/database/db";
import type { JobSubject } from "@/lib/platform/jobs/job-definition";

export const captionDrawing: JobSubject = {
  async names(ids) {
    const rows = await db.job.findMany({
      where: { subjectId: { in: [...ids] }, kind: "draw-caption" },
      select: { subjectId: true, payload: true },
    });
    return new Map(
      rows.map(({ subjectId, payload }) => [subjectId, (payload as { caption: string }).caption]),
    );
  },
};
