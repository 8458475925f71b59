/** Queues the opening of a draft: the worker renders its images, which takes longer than a request may. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { openedBefore } from "@/lib/studies/plan/opened-before";
import { openStudyJob } from "./job";

/**
 * @param options.isPilot whether it opens to be tried, see end-pilot.ts
 * @throws SemblanceError `not_found`, `conflict` unless the study is a draft
 */
export async function startOpening(
  studyId: string,
  actor: string,
  { isPilot = false }: { isPilot?: boolean } = {},
): Promise<{ jobId: string }> {
  const study = await db.study.findUnique({ where: { id: studyId }, select: { name: true } });
  if (!study) throw new SemblanceError("not_found", "There is no such study.");
  return transactionWithJobs(async (transaction, enqueue) => {
    const started = await transaction.study.updateMany({
      where: { id: studyId, state: "DRAFT" },
      data: { state: "OPENING", openingError: null, isPilot },
    });
    if (started.count === 0) throw openedBefore(study.name);
    await appendAuditEntry(transaction, {
      actor,
      action: "study.opening-started",
      subject: { kind: "study", id: studyId, name: study.name },
      detail: { studyId, isPilot },
    });
    return { jobId: await enqueue(openStudyJob, { studyId, actor }, studyId) };
  });
}
