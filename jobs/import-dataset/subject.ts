/** The dataset that an import fills. */
import { discardStaged } from "@/lib/datasets/staged-images";
import { db } from "@/lib/platform/database/db";
import { hasEnded, type JobSubject } from "@/lib/platform/jobs/job-definition";

export const importedDataset: JobSubject = {
  async names(ids) {
    const rows = await db.dataset.findMany({
      where: { id: { in: [...ids] } },
      select: { id: true, name: true },
    });
    return new Map(rows.map(({ id, name }) => [id, name]));
  },
  async follow(transaction, id, state, error) {
    // An import that ends well sets READY itself, in the transaction that adds the images.
    if (state === "SUCCEEDED") return;
    if (!hasEnded(state)) {
      await transaction.dataset.updateMany({ where: { id }, data: { state: "IMPORTING" } });
      return;
    }
    await discardStaged(transaction, id);
    const message = error ?? "The import was cancelled.";
    await transaction.dataset.updateMany({
      where: { id, state: "IMPORTING" },
      data: {
        state: "FAILED",
        importReport: [{ file: "", kind: "failed", message, remedy: "Fix the cause and import again." }],
      },
    });
  },
};
