/** What people ask of a run while it goes on: to save its weights, or to draw its previews. The run answers after a step. */

import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { SemblanceError } from "@/lib/errors";
import type { RunState } from "@/lib/generated/prisma/enums";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db, type Transaction } from "@/lib/platform/database/db";

export const runRequestKinds = ["SAVE", "SAMPLE"] as const;
export type RunRequestKind = (typeof runRequestKinds)[number];

const actions = { SAVE: "fine-tune.save-requested", SAMPLE: "fine-tune.sample-requested" } as const;

/**
 * Asks a run that waits or runs. A worker that is started anew finds the request, too. Asking again for what is not done
 * yet changes nothing.
 *
 * @throws SemblanceError `not_found`; `conflict` where the run is paused or has ended, or has no preview captions
 */
export async function requestOfRun(fineTuneId: string, kind: RunRequestKind): Promise<void> {
  await db.$transaction(async (transaction) => {
    // A run that ends in this moment removes what it is asked; afterwards it is refused.
    await transaction.$executeRaw`SELECT 1 FROM "FineTune" WHERE "id" = ${fineTuneId}::uuid FOR UPDATE`;
    const run = await transaction.fineTune.findUnique({
      where: { id: fineTuneId },
      select: { name: true, state: true, settings: true },
    });
    if (!run) throw noSuchRun();
    if (run.state !== "QUEUED" && run.state !== "RUNNING") throw stoppedError(run.name, run.state);
    if (kind === "SAMPLE" && fineTuneSettings.parse(run.settings).previewCaptions.length === 0) {
      throw new SemblanceError("conflict", `“${run.name}” has no preview captions.`, {
        remedy: "Save its weights now, and draw samples from the checkpoint.",
      });
    }
    await transaction.runRequest.createMany({ data: { fineTuneId, kind }, skipDuplicates: true });
    await appendAuditEntry(transaction, {
      action: actions[kind],
      subject: { kind: "fine-tune", id: fineTuneId, name: run.name },
    });
  });
}

/** Oldest first. */
export function listRunRequests(fineTuneId: string): Promise<{ id: string; kind: RunRequestKind }[]> {
  return db.runRequest.findMany({
    where: { fineTuneId },
    orderBy: { createdAt: "asc" },
    select: { id: true, kind: true },
  });
}

/** The run has done it; nothing happens where that is known already. */
export async function closeRunRequest(id: string): Promise<void> {
  await db.runRequest.deleteMany({ where: { id } });
}

/** Nobody answers what an ended run was asked. */
export async function dropRunRequests(transaction: Transaction, fineTuneId: string): Promise<void> {
  await transaction.runRequest.deleteMany({ where: { fineTuneId } });
}

/** @throws SemblanceError `not_found`; `conflict`, which says why a run that does not go on cannot be controlled */
export async function refuseStoppedRun(id: string): Promise<never> {
  const run = await db.fineTune.findUnique({ where: { id }, select: { name: true, state: true } });
  throw run ? stoppedError(run.name, run.state) : noSuchRun();
}

const endings: Record<RunState, string> = {
  QUEUED: "is waiting",
  RUNNING: "is running",
  PAUSED: "is paused",
  SUCCEEDED: "is finished",
  FAILED: "failed",
  CANCELLED: "was cancelled",
};

function stoppedError(name: string, state: RunState): SemblanceError {
  return new SemblanceError("conflict", `“${name}” ${endings[state]}.`, {
    remedy:
      state === "SUCCEEDED"
        ? "Its last checkpoint has the finished weights."
        : "Resume it first, or use its checkpoints.",
  });
}

function noSuchRun(): SemblanceError {
  return new SemblanceError("not_found", "There is no such fine-tune.");
}
