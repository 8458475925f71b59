/** The masks that are imported. */
import { db } from "@/lib/platform/database/db";
import type { JobSubject } from "@/lib/platform/jobs/job-definition";

export const importedMaskSet: JobSubject = {
  async names(ids) {
    const rows = await db.maskSet.findMany({
      where: { id: { in: [...ids] } },
      select: { id: true, name: true },
    });
    return new Map(rows.map(({ id, name }) => [id, name]));
  },
  async follow(transaction, id, state, error) {
    await transaction.maskSet.updateMany({ where: { id }, data: { state, error } });
  },
};
