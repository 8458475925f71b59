/** Queues the merging of adapters into a base model. */
import type { z } from "zod";
import { checkAdaptersFit } from "@/lib/adapters/check-adapters-fit";
import { mergeAdaptersInput } from "@/lib/adapters/merge-fields";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { mergeAdaptersJob } from "./job";

/**
 * @throws SemblanceError `not_found`; `conflict` for a name in use; `invalid_input` for a model that is no base, or adapters
 *   of another model, each with the form's field in `details.field`
 */
export async function startMerge(input: z.input<typeof mergeAdaptersInput>): Promise<{ jobId: string }> {
  const asked = mergeAdaptersInput.parse(input);
  const base = await db.checkpoint.findUnique({ where: { id: asked.baseCheckpointId } });
  if (base?.part !== "BASE") {
    throw new SemblanceError(
      base ? "invalid_input" : "not_found",
      base ? `“${base.name}” is not a base model.` : "There is no such model.",
      { remedy: "Choose a base model.", details: { field: "baseCheckpointId" } },
    );
  }
  if (await db.checkpoint.findUnique({ where: { name: asked.name }, select: { id: true } })) {
    throw new SemblanceError("conflict", `There is already a model called “${asked.name}”.`, {
      remedy: "Choose another name.",
      details: { field: "name" },
    });
  }
  await checkAdaptersFit(base, asked.adapters);
  return transactionWithJobs(async (transaction, enqueue) => {
    await appendAuditEntry(transaction, {
      action: "adapter.merge-started",
      subject: { kind: "model", id: base.id, name: base.name },
      detail: { name: asked.name, adapters: asked.adapters },
    });
    return { jobId: await enqueue(mergeAdaptersJob, asked, base.id) };
  });
}
