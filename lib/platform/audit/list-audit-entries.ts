/** Reads the audit log, and checks that nobody has changed it. */
import { db } from "@/lib/platform/database/db";
import { type AuditHead, auditHash, auditHeadKey, chainStart } from "./append-audit-entry";

export type AuditEntryRow = {
  sequence: number;
  at: Date;
  actor: string;
  action: string;
  detail: Record<string, unknown>;
};

/** Newest first. @param page from 1 */
export async function listAuditEntries({
  page = 1,
  pageSize = 50,
}: {
  page?: number;
  pageSize?: number;
} = {}): Promise<{
  entries: AuditEntryRow[];
  total: number;
}> {
  const [rows, total] = await Promise.all([
    db.auditEntry.findMany({ orderBy: { sequence: "desc" }, skip: (page - 1) * pageSize, take: pageSize }),
    db.auditEntry.count(),
  ]);
  const entries = rows.map(({ sequence, at, actor, action, detail }) => ({
    sequence,
    at,
    actor,
    action,
    detail: detail as Record<string, unknown>,
  }));
  return { entries, total };
}

/** Entries looked at in one query. */
const batch = 1000;

/**
 * The number of the first entry whose hash does not follow from the one before it, or of the newest entry that was
 * ever written where it is gone; null where the chain is whole.
 */
export async function findBrokenAuditEntry(): Promise<number | null> {
  // Read first: entries that are added meanwhile come after it.
  const setting = await db.setting.findUnique({ where: { key: auditHeadKey } });
  const head = setting?.value as AuditHead | undefined;
  let previousHash = chainStart;
  let headFound = head === undefined;
  for (let after = 0; ; ) {
    const rows = await db.auditEntry.findMany({
      where: { sequence: { gt: after } },
      orderBy: { sequence: "asc" },
      take: batch,
    });
    for (const row of rows) {
      if (row.previousHash !== previousHash || auditHash(row) !== row.hash) return row.sequence;
      headFound ||= row.hash === head?.hash;
      previousHash = row.hash;
      after = row.sequence;
    }
    if (rows.length < batch) return headFound ? null : head!.sequence;
  }
}
