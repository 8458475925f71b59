/** Appends to the hash-chained audit log: any later change to an entry breaks the chain. */
import { createHash } from "node:crypto";
import type { Prisma } from "@/lib/generated/prisma/client";
import type { SqlRunner } from "@/lib/platform/database/prepared-transaction";
import { log } from "@/lib/platform/log/log";
import { requestContext } from "@/lib/platform/request/request-context";
import type { AuditKind, AuditSubject } from "./audit-kinds";

/** Hash of the entry before the first one. */
export const chainStart = "0".repeat(64);

/** What an entry is about and where it came from. */
export type AuditOrigin = {
  subjectKind: string | null;
  subjectId: string | null;
  subjectName: string | null;
  requestId: string | null;
  address: string | null;
};

/** SHA-256 over the fields of an entry and the hash of the one before it, in lower-case hex. */
export function auditHash(
  entry: { previousHash: string; at: Date; actor: string; action: string; detail: unknown } & AuditOrigin,
): string {
  const { subjectKind, subjectId, subjectName, requestId, address } = entry;
  const origin = [subjectKind, subjectId, subjectName, requestId, address];
  const canonical = JSON.stringify([
    entry.previousHash,
    entry.at.toISOString(),
    entry.actor,
    entry.action,
    sortKeys(entry.detail),
    // Entries of earlier versions know none of it.
    ...(origin.some((each) => each !== null) ? [origin] : []),
  ]);
  return createHash("sha256").update(canonical).digest("hex");
}

/** Setting that names the newest entry, so that entries removed from the end are missed as well. */
export const auditHeadKey = "audit-head";

export type AuditHead = { sequence: number; hash: string };

export type NewAuditEntry = {
  action: AuditKind;
  /** What was changed. */
  subject: AuditSubject;
  /** What the change was, before and after where that is small; never a secret. */
  detail?: Prisma.InputJsonObject;
  /** Default: the person to whom the request, command or job belongs. */
  actor?: string;
  /** For what people do who were promised that their address is not kept. */
  withoutAddress?: boolean;
};

/**
 * Appends one entry inside the caller's transaction, so that what is logged and what happened commit together. Request id
 * and address are those of the request that is being answered.
 */
export async function appendAuditEntry(transaction: SqlRunner, entry: NewAuditEntry): Promise<void> {
  const context = requestContext();
  // Two entries must not both follow the same one.
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('audit-log'))`;
  const [last] = await transaction.$queryRaw<{ hash: string }[]>`
    SELECT hash FROM "AuditEntry" ORDER BY sequence DESC LIMIT 1`;
  // As it is stored: JSON knows neither dates nor undefined.
  const detail = JSON.stringify(entry.detail ?? {});
  const link = {
    actor: entry.actor ?? context?.actor ?? "system",
    action: entry.action,
    detail: JSON.parse(detail) as unknown,
    subjectKind: entry.subject.kind,
    subjectId: entry.subject.id,
    subjectName: entry.subject.name ?? null,
    requestId: context?.requestId ?? null,
    address: entry.withoutAddress ? null : (context?.address ?? null),
    at: new Date(),
    previousHash: last?.hash ?? chainStart,
  };
  const hash = auditHash(link);
  await transaction.$executeRaw`
    WITH added AS (
      INSERT INTO "AuditEntry" (at, actor, action, detail, "subjectKind", "subjectId", "subjectName", "requestId", address,
        "previousHash", hash)
      VALUES (${link.at.toISOString()}::timestamptz, ${link.actor}, ${link.action}, ${detail}::jsonb, ${link.subjectKind},
        ${link.subjectId}, ${link.subjectName}, ${link.requestId}, ${link.address}, ${link.previousHash}, ${hash})
      RETURNING sequence, hash
    )
    INSERT INTO "Setting" (key, value, "updatedAt")
    SELECT ${auditHeadKey}, jsonb_build_object('sequence', sequence, 'hash', hash), now() FROM added
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, "updatedAt" = excluded."updatedAt"`;
  context?.recorded.push(entry.action);
}

/** Says that a request to change something found it as wished already, and so leaves no entry. */
export function nothingChanged(): void {
  requestContext()?.recorded.push(unchanged);
}

const unchanged = "unchanged";

/** What an action, route or request must leave a trace of; `readsOnly` where it changes nothing. */
export type Records = AuditKind | readonly AuditKind[];

export const readsOnly: readonly AuditKind[] = [];

/** Complains in the log where the request that has just succeeded left none of the entries that it declares. */
export function checkRecorded(records: Records): void {
  const declared: readonly string[] = typeof records === "string" ? [records] : records;
  if (declared.length === 0) return;
  const recorded = requestContext()?.recorded ?? [];
  if (recorded.includes(unchanged) || declared.some((kind) => recorded.includes(kind))) return;
  log().error({ declared }, "A change left no audit entry.");
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
