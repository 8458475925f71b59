/** Checks that nobody has changed the audit log: all of it, or what came since it was found whole. */
import { z } from "zod";
import { db } from "@/lib/platform/database/db";
import { type AuditHead, auditHash, auditHeadKey, chainStart } from "./append-audit-entry";

/** Entries looked at in one query. */
const batch = 1000;

/** Setting that holds how far the chain was found whole. */
const checkedKey = "audit-checked";

const checkedChain = z.object({
  /** Of the newest entry that was checked. */
  sequence: z.number().int(),
  hash: z.string(),
  /** When all entries were last checked. */
  allAt: z.iso.datetime(),
});

export type AuditChain = {
  /**
   * The number of the first entry whose hash does not follow from the one before it, or of the newest entry that was
   * ever written where it is gone; null where the chain is whole.
   */
  readonly broken: number | null;
  /** When all entries were last found whole; null for never. */
  readonly allAt: string | null;
};

/** Every entry from the first on. */
export async function checkAuditChain(): Promise<AuditChain> {
  return check({ sequence: 0, hash: chainStart, allAt: new Date().toISOString() });
}

/**
 * The entries since the last check that found the chain whole.
 *
 * @returns null if there are more than `batch`, or if none was ever checked: too many for a page
 */
export async function checkNewAuditEntries(): Promise<AuditChain | null> {
  const [stored, head] = await Promise.all([
    db.setting.findUnique({ where: { key: checkedKey } }),
    db.setting.findUnique({ where: { key: auditHeadKey } }),
  ]);
  const checked = checkedChain.safeParse(stored?.value).data;
  const newest = (head?.value as AuditHead | undefined)?.sequence ?? 0;
  if (checked === undefined || newest - checked.sequence > batch) return null;
  const last = await db.auditEntry.findUnique({ where: { sequence: checked.sequence } });
  if (checked.sequence > 0 && (last?.hash !== checked.hash || auditHash(last) !== checked.hash)) {
    return { broken: checked.sequence, allAt: checked.allAt };
  }
  return check(checked);
}

/** @param from the entry after which the check begins, which is whole */
async function check({ sequence, hash, allAt }: z.infer<typeof checkedChain>): Promise<AuditChain> {
  // Read first: entries that are added meanwhile come after it.
  const setting = await db.setting.findUnique({ where: { key: auditHeadKey } });
  const head = setting?.value as AuditHead | undefined;
  let previousHash = hash;
  let after = sequence;
  let headFound = head === undefined || head.hash === hash;
  for (;;) {
    const rows = await db.auditEntry.findMany({
      where: { sequence: { gt: after } },
      orderBy: { sequence: "asc" },
      take: batch,
    });
    for (const row of rows) {
      if (row.previousHash !== previousHash || auditHash(row) !== row.hash)
        return { broken: row.sequence, allAt: sequence === 0 ? null : allAt };
      headFound ||= row.hash === head?.hash;
      previousHash = row.hash;
      after = row.sequence;
    }
    if (rows.length < batch) break;
  }
  if (!headFound) return { broken: head!.sequence, allAt: sequence === 0 ? null : allAt };
  const value = { sequence: after, hash: previousHash, allAt };
  await db.setting.upsert({
    where: { key: checkedKey },
    create: { key: checkedKey, value },
    update: { value },
  });
  return { broken: null, allAt };
}
