/** Deletes a fine-tune with its losses, previews and log; the models that it wrote stay. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { dataPaths } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { forgetRunStates } from "./run-states";

/** @throws SemblanceError `not_found`; `conflict` while it waits or runs */
export async function deleteFineTune(id: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    const row = await transaction.fineTune.findUnique({ where: { id } });
    if (!row) throw new SemblanceError("not_found", "There is no such fine-tune.");
    if (row.state === "QUEUED" || row.state === "RUNNING") {
      throw new SemblanceError("conflict", `“${row.name}” has not finished.`, { remedy: "Cancel it first." });
    }
    await transaction.fineTune.delete({ where: { id } });
    await appendAuditEntry(transaction, {
      action: "fine-tune.deleted",
      subject: { kind: "fine-tune", id, name: row.name },
    });
  });
  await rm(join(dataPaths().runs, id), { recursive: true, force: true });
  await forgetRunStates(id);
}
