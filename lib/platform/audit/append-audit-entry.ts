/** Appends to the hash-chained log of what was done to studies: any later change to an entry breaks the chain. */
import { createHash } from "node:crypto";
import type { Prisma } from "@/lib/generated/prisma/client";
import type { SqlRunner } from "@/lib/platform/database/prepared-transaction";

/** Hash of the entry before the first one. */
export const chainStart = "0".repeat(64);

/** SHA-256 over the fields of an entry and the hash of the one before it, in lower-case hex. */
export function auditHash(entry: {
  previousHash: string;
  at: Date;
  actor: string;
  action: string;
  detail: unknown;
}): string {
  const canonical = JSON.stringify([
    entry.previousHash,
    entry.at.toISOString(),
    entry.actor,
    entry.action,
    sortKeys(entry.detail),
  ]);
  return createHash("sha256").update(canonical).digest("hex");
}

/** Setting that names the newest entry, so that entries removed from the end are missed as well. */
export const auditHeadKey = "audit-head";

export type AuditHead = { sequence: number; hash: string };

/**
 * Appends one entry inside the caller's transaction, so that what is logged and what happened commit together.
 * `actor` is an e-mail address, or "system".
 */
export async function appendAuditEntry(
  transaction: SqlRunner,
  entry: { actor: string; action: string; detail: Prisma.InputJsonObject },
): Promise<void> {
  // Two entries must not both follow the same one.
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('audit-log'))`;
  const [last] = await transaction.$queryRaw<{ hash: string }[]>`
    SELECT hash FROM "AuditEntry" ORDER BY sequence DESC LIMIT 1`;
  // As it is stored: JSON knows neither dates nor undefined.
  const detail = JSON.stringify(entry.detail);
  const link = {
    ...entry,
    detail: JSON.parse(detail) as unknown,
    at: new Date(),
    previousHash: last?.hash ?? chainStart,
  };
  const hash = auditHash(link);
  await transaction.$executeRaw`
    WITH added AS (
      INSERT INTO "AuditEntry" (at, actor, action, detail, "previousHash", hash)
      VALUES (${link.at.toISOString()}::timestamptz, ${link.actor}, ${link.action}, ${detail}::jsonb, ${link.previousHash}, ${hash})
      RETURNING sequence, hash
    )
    INSERT INTO "Setting" (key, value, "updatedAt")
    SELECT ${auditHeadKey}, jsonb_build_object('sequence', sequence, 'hash', hash), now() FROM added
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, "updatedAt" = excluded."updatedAt"`;
}

/** PostgreSQL's jsonb does not keep the order of keys, so the hash must not depend on it. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  );
}
