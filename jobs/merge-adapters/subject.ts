/** The base model that adapters are merged into; it stays as it is. */
import { db } from "@/lib/platform/database/db";
import type { JobSubject } from "@/lib/platform/jobs/job-definition";

export const mergedBase: JobSubject = {
  async names(ids) {
    const rows = await db.checkpoint.findMany({
      where: { id: { in: [...ids] } },
      select: { id: true, name: true },
    });
    return new Map(rows.map(({ id, name }) => [id, name]));
  },
};
