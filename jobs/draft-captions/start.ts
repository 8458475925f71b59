/** Enqueues the drafting of captions for a desk. */
import type { z } from "zod";
import { draftsInput } from "@/lib/desks/desk-fields";
import { noDesk } from "@/lib/desks/end-desk";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { formFiles } from "@/lib/platform/server-files/file-access";
import { checkModelFolder } from "@/lib/platform/server-files/model-folder";
import { draftCaptionsJob } from "./job";

/**
 * Images that have a draft of the same model keep it.
 *
 * @throws SemblanceError `not_found`; `conflict` for a closed desk, or while drafts are being written; `invalid_input` for a
 *   folder that may not be read, with the form's field in `details.field`
 */
export async function startDrafts(input: z.input<typeof draftsInput>): Promise<{ jobId: string }> {
  const { deskId, model } = draftsInput.parse(input);
  if (model.kind === "folder") await checkModelFolder(model.path, formFiles);
  return transactionWithJobs(async (transaction, enqueue) => {
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`drafts ${deskId}`}))`;
    const desk = await transaction.desk.findUnique({ where: { id: deskId } });
    if (!desk) throw noDesk();
    if (desk.state === "CLOSED") throw new SemblanceError("conflict", "This desk is closed.");
    const running = await transaction.job.count({
      where: { subjectId: deskId, state: { in: ["QUEUED", "RUNNING"] } },
    });
    if (running > 0) {
      throw new SemblanceError("conflict", "Drafts are already being written for this desk.", {
        remedy: "Wait for them, or cancel the job.",
      });
    }
    await appendAuditEntry(transaction, {
      action: "desk.drafts-started",
      subject: { kind: "desk", id: deskId, name: desk.name },
      detail: { model: model.kind === "hub" ? model.id : model.path },
    });
    return { jobId: await enqueue(draftCaptionsJob, { deskId, model }, deskId) };
  });
}
