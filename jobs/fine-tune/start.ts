/** Creates a fine-tune and enqueues it. */
import type { z } from "zod";
import { findEstimate } from "@/lib/fine-tunes/find-estimate";
import type { startFineTuneInput } from "@/lib/fine-tunes/fine-tune-fields";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { withUniqueName } from "@/lib/platform/database/unique-name";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { fineTuneJob } from "./job";
import { planFineTune } from "./plan";

/**
 * A trial of the same settings, where somebody has asked for one, is remembered with the run.
 *
 * @throws SemblanceError as planFineTune; `conflict` for a name in use
 */
export async function startFineTune(
  given: z.input<typeof startFineTuneInput>,
): Promise<{ fineTuneId: string; jobId: string }> {
  const { evaluation, evaluatedRevision, ...plan } = await planFineTune(given);
  const { name, part, datasetId, datasetRevision, startCheckpointId, settings } = plan;
  const estimate = await findEstimate(plan);
  return withUniqueName("fine-tune", name, () =>
    transactionWithJobs(async (transaction, enqueue) => {
      const { id } = await transaction.fineTune.create({
        data: {
          ...plan,
          ...(evaluation ? { evaluation, evaluatedRevision } : {}),
          ...(estimate ? { estimate } : {}),
        },
      });
      await appendAuditEntry(transaction, {
        action: "fine-tune.started",
        subject: { kind: "fine-tune", id, name },
        detail: { part, datasetId, datasetRevision, startCheckpointId, settings },
      });
      return { fineTuneId: id, jobId: await enqueue(fineTuneJob, { fineTuneId: id }, id) };
    }),
  );
}
