/** A captioning desk. */
import { db } from "@/lib/platform/database/db";
import type { JobSubject } from "@/lib/platform/jobs/job-definition";

export const captioningDesk: JobSubject = {
  names: async (ids) => {
    const rows = await db.desk.findMany({
      where: { id: { in: [...ids] } },
      select: { id: true, name: true },
    });
    return new Map(rows.map(({ id, name }) => [id, name]));
  },
};
