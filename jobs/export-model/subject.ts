/** The model that is exported. */
import { db } from "@/lib/platform/database/db";
import type { JobSubject } from "@/lib/platform/jobs/job-definition";

export const exportedModel: JobSubject = {
  async names(ids) {
    const rows = await db.checkpoint.findMany({
      where: { id: { in: [...ids] } },
      select: { id: true, name: true },
    });
    return new Map(rows.map(({ id, name }) => [id, name]));
  },
};
