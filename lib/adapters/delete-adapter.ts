/** Deletes an adapter that no sample set was drawn with. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { counted } from "@/lib/text/counted";

/** @throws SemblanceError `not_found`; `conflict` where samples were drawn with it */
export async function deleteAdapter(id: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    const adapter = await transaction.adapter.findUnique({
      where: { id },
      include: { _count: { select: { sampleSets: true } } },
    });
    if (!adapter) throw new SemblanceError("not_found", "There is no such adapter.");
    if (adapter._count.sampleSets > 0) {
      throw new SemblanceError(
        "conflict",
        `“${adapter.name}” is used by ${counted(adapter._count.sampleSets, "sample set", "sample sets")}.`,
        { remedy: "Delete those first, or keep this adapter." },
      );
    }
    await transaction.adapter.delete({ where: { id } });
    await appendAuditEntry(transaction, {
      action: "adapter.deleted",
      subject: { kind: "adapter", id, name: adapter.name },
      detail: { sha256: adapter.blobSha256 },
    });
  });
}
