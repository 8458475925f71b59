/** The study that is opened. */
import { db } from "@/lib/platform/database/db";
import { hasEnded, type JobSubject } from "@/lib/platform/jobs/job-definition";

export const openedStudy: JobSubject = {
  async names(ids) {
    const rows = await db.study.findMany({
      where: { id: { in: [...ids] } },
      select: { id: true, name: true },
    });
    return new Map(rows.map(({ id, name }) => [id, name]));
  },
  async follow(transaction, id, state, error) {
    // An opening that ends well sets OPEN itself, in the transaction that makes the items.
    if (state === "SUCCEEDED") return;
    await transaction.study.updateMany({
      where: { id, state: { in: ["DRAFT", "OPENING"] } },
      data: hasEnded(state)
        ? { state: "DRAFT", openingError: error ?? "The opening was cancelled." }
        : { state: "OPENING", openingError: null },
    });
  },
};
