/** Enqueues the download of a network's weights. */
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { listWeights } from "@/lib/evaluations/networks/list-weights";
import { findWeightEntry } from "@/lib/metrics/weights/catalogue";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { getWeightsJob } from "./job";
import { weightSubjectId } from "./subject";

export const startWeightDownloadInput = z.object({ name: z.string().min(1) });

/**
 * Resumes what an earlier download left.
 *
 * @throws SemblanceError `not_found` for a name that the catalogue lacks; `conflict` where the weights are installed or
 *   being downloaded
 */
export async function startWeightDownload({
  name,
}: z.infer<typeof startWeightDownloadInput>): Promise<{ jobId: string }> {
  const { title } = findWeightEntry(name);
  if ((await listWeights()).find((entry) => entry.name === name)!.installed) {
    throw new SemblanceError("conflict", `${title} is already installed.`, { remedy: "Reload the page." });
  }
  const subjectId = weightSubjectId(name);
  return transactionWithJobs(async (transaction, enqueue) => {
    // Two people pressing the button must not make two downloads of one file.
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${subjectId}))`;
    const running = await transaction.job.count({
      where: { subjectId, state: { in: ["QUEUED", "RUNNING"] } },
    });
    if (running > 0) {
      throw new SemblanceError("conflict", `${title} is already being downloaded.`, {
        remedy: "Reload the page to see its progress.",
      });
    }
    await appendAuditEntry(transaction, {
      action: "network.download-started",
      subject: { kind: "network", id: name, name: title },
    });
    return { jobId: await enqueue(getWeightsJob, { name }, subjectId) };
  });
}
