/** Tags and notes of a run, and putting it away from the list. */
import type { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import type { runArchiving, runNotes } from "./run-notes-fields";

/** @throws SemblanceError `not_found` */
export async function saveRunNotes({
  fineTuneId: id,
  tags,
  notes,
}: z.output<typeof runNotes>): Promise<void> {
  await db.$transaction(async (transaction) => {
    const row = await transaction.fineTune.findUnique({ where: { id }, select: { name: true } });
    if (!row) throw new SemblanceError("not_found", "There is no such fine-tune.");
    await transaction.fineTune.update({ where: { id }, data: { tags, notes } });
    await appendAuditEntry(transaction, {
      action: "fine-tune.noted",
      subject: { kind: "fine-tune", id, name: row.name },
      detail: { tags, notes },
    });
  });
}

/**
 * Takes a run out of the list, or puts it back. Nothing else changes: an archived run goes on if it is running.
 *
 * @throws SemblanceError `not_found`
 */
export async function archiveRun({
  fineTuneId: id,
  isArchived,
}: z.output<typeof runArchiving>): Promise<void> {
  await db.$transaction(async (transaction) => {
    const row = await transaction.fineTune.findUnique({ where: { id }, select: { name: true } });
    if (!row) throw new SemblanceError("not_found", "There is no such fine-tune.");
    await transaction.fineTune.update({
      where: { id },
      data: { archivedAt: isArchived ? new Date() : null },
    });
    await appendAuditEntry(transaction, {
      action: isArchived ? "fine-tune.archived" : "fine-tune.restored",
      subject: { kind: "fine-tune", id, name: row.name },
    });
  });
}
