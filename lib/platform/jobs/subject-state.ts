/** The row that a job works on follows the job's state: fine-tune, sample set, evaluation, dataset or study. */

import type { RunState } from "@/lib/generated/prisma/enums";
import type { Transaction } from "@/lib/platform/database/db";
import type { JobKind } from "./definitions";

/** Sets the state that pages show; `error` is what the user reads where the job failed. */
export async function setSubjectState(
  transaction: Transaction,
  job: { kind: JobKind; subjectId: string },
  state: RunState,
  error: string | null = null,
): Promise<void> {
  const where = { id: job.subjectId };
  const ended = state === "SUCCEEDED" || state === "FAILED" || state === "CANCELLED";
  const finishedAt = ended ? new Date() : null;
  switch (job.kind) {
    case "fine-tune":
      await transaction.fineTune.updateMany({
        where,
        data: { state, error, finishedAt, ...(ended ? { secondsLeft: null } : {}) },
      });
      if (state === "RUNNING") {
        await transaction.fineTune.updateMany({
          where: { ...where, startedAt: null },
          data: { startedAt: new Date() },
        });
      }
      return;
    case "sample":
      await transaction.sampleSet.updateMany({ where, data: { state, error, finishedAt } });
      return;
    case "evaluate":
      await transaction.evaluation.updateMany({ where, data: { state, error, finishedAt } });
      return;
    case "draw-caption":
    case "get-weights":
      // There is no row besides the job's own.
      return;
    case "open-study":
      // An opening that ends well sets OPEN itself, in the transaction that makes the items.
      if (state === "SUCCEEDED") return;
      await transaction.study.updateMany({
        where: { ...where, state: { in: ["DRAFT", "OPENING"] } },
        data: ended
          ? { state: "DRAFT", openingError: error ?? "The opening was cancelled." }
          : { state: "OPENING", openingError: null },
      });
      return;
    case "import-dataset": {
      // An import that ends well sets READY itself, in the transaction that adds the pictures.
      if (state === "SUCCEEDED") return;
      if (!ended) {
        await transaction.dataset.updateMany({ where, data: { state: "IMPORTING" } });
        return;
      }
      const message = error ?? "The import was cancelled.";
      await transaction.dataset.updateMany({
        where: { ...where, state: "IMPORTING" },
        data: {
          state: "FAILED",
          importReport: [
            { file: "", kind: "failed", message, remedy: "Correct the cause and import again." },
          ],
        },
      });
    }
  }
}
