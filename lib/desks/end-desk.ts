/** Closes a desk, and deletes it. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { lockDesk } from "./share/places";

/**
 * Nobody can write or change a caption any more; those that are there can be reviewed.
 *
 * @throws SemblanceError `not_found`; `conflict` where it is closed already
 */
export async function closeDesk(deskId: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    await lockDesk(transaction, deskId);
    const desk = await transaction.desk.findUnique({ where: { id: deskId } });
    if (!desk) throw noDesk();
    if (desk.state === "CLOSED") throw new SemblanceError("conflict", "This desk is already closed.");
    await transaction.desk.update({ where: { id: deskId }, data: { state: "CLOSED", closedAt: new Date() } });
    await appendAuditEntry(transaction, {
      action: "desk.closed",
      subject: { kind: "desk", id: deskId, name: desk.name },
    });
  });
}

/**
 * With its people and their captions. Captions that were put into the dataset stay there.
 *
 * @throws SemblanceError `not_found`; `conflict` while it is open, or drafts are being written for it
 */
export async function deleteDesk(deskId: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    await lockDesk(transaction, deskId);
    const desk = await transaction.desk.findUnique({ where: { id: deskId } });
    if (!desk) throw noDesk();
    if (desk.state === "OPEN") {
      throw new SemblanceError("conflict", `“${desk.name}” is open.`, { remedy: "Close it first." });
    }
    const working = await transaction.job.count({
      where: { subjectId: deskId, state: { in: ["QUEUED", "RUNNING"] } },
    });
    if (working > 0) {
      throw new SemblanceError("conflict", `Drafts are being written for “${desk.name}”.`, {
        remedy: "Wait for them, or cancel the job first.",
      });
    }
    const captions = await transaction.deskCaption.count({ where: { task: { deskImage: { deskId } } } });
    await transaction.desk.delete({ where: { id: deskId } });
    await appendAuditEntry(transaction, {
      action: "desk.deleted",
      subject: { kind: "desk", id: deskId, name: desk.name },
      detail: { captions },
    });
  });
}

export function noDesk(): SemblanceError {
  return new SemblanceError("not_found", "There is no such captioning desk.");
}
