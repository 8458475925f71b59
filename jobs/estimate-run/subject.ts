/** A trial of a run that is not started. It has no row besides its jobs', and is named as the run would be. */
import { db } from "@/lib/platform/database/db";
import type { JobSubject } from "@/lib/platform/jobs/job-definition";

export const trialOfRun: JobSubject = {
  async names(ids) {
    const rows = await db.job.findMany({
      where: { subjectId: { in: [...ids] }, kind: "estimate-run" },
      select: { subjectId: true, payload: true },
    });
    return new Map(
      rows.map(({ subjectId, payload }) => [subjectId, (payload as { run: { name: string } }).run.name]),
    );
  },
};
