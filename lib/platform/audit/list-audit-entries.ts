/** Reads the audit log. */
import { Prisma } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import type { AuditOrigin } from "./append-audit-entry";

export type AuditEntryRow = AuditOrigin & {
  sequence: number;
  at: Date;
  actor: string;
  action: string;
  detail: Record<string, unknown>;
  previousHash: string;
  hash: string;
};

/** Which entries are wanted; what is absent does not restrict them. */
export type AuditSelection = {
  /** A kind such as "study.opened", or the first part of several, such as "study". */
  kind?: string | undefined;
  /** Part of an actor's name. */
  actor?: string | undefined;
  /** Part of a subject's name, or its id. */
  subject?: string | undefined;
  /** The first moment. */
  from?: Date | undefined;
  /** The first moment that is too late. */
  before?: Date | undefined;
};

/** Newest first. @param page from 1 */
export async function listAuditEntries({
  page = 1,
  pageSize = 50,
  selection = {},
}: {
  page?: number;
  pageSize?: number;
  selection?: AuditSelection;
} = {}): Promise<{
  entries: AuditEntryRow[];
  total: number;
}> {
  const wanted = toCondition(selection);
  const [entries, [counted]] = await Promise.all([
    db.$queryRaw<AuditEntryRow[]>`
      SELECT * FROM "AuditEntry" WHERE ${wanted} ORDER BY sequence DESC
      LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
    db.$queryRaw<[{ total: number }]>`SELECT count(*)::int AS total FROM "AuditEntry" WHERE ${wanted}`,
  ]);
  return { entries, total: counted.total };
}

/** The selected entries from the oldest on, in batches that fit into memory. */
export async function* readAuditEntries(selection: AuditSelection): AsyncGenerator<AuditEntryRow[]> {
  const wanted = toCondition(selection);
  for (let after = 0; ; ) {
    const rows = await db.$queryRaw<AuditEntryRow[]>`
      SELECT * FROM "AuditEntry" WHERE sequence > ${after} AND ${wanted} ORDER BY sequence LIMIT ${batch}`;
    if (rows.length > 0) yield rows;
    if (rows.length < batch) return;
    after = rows.at(-1)!.sequence;
  }
}

/** Entries of earlier versions name accounts and studies in their detail alone. */
function toCondition({ kind, actor, subject, from, before }: AuditSelection): Prisma.Sql {
  const conditions = [
    ...(kind ? [Prisma.sql`(action = ${kind} OR starts_with(action, ${`${kind}.`}))`] : []),
    ...(actor ? [Prisma.sql`actor ILIKE ${containing(actor)}`] : []),
    ...(subject
      ? [
          Prisma.sql`("subjectId" = ${subject} OR "subjectName" ILIKE ${containing(subject)}
            OR detail->>'email' ILIKE ${containing(subject)}
            OR ${subject} IN (detail->>'studyId', detail->>'userId', detail->>'raterId', detail->>'subjectId')
            OR detail->>'studyId' IN (SELECT id::text FROM "Study" WHERE name ILIKE ${containing(subject)}))`,
        ]
      : []),
    ...(from ? [Prisma.sql`at >= ${from.toISOString()}::timestamptz`] : []),
    ...(before ? [Prisma.sql`at < ${before.toISOString()}::timestamptz`] : []),
  ];
  return conditions.length === 0 ? Prisma.sql`TRUE` : Prisma.join(conditions, " AND ");
}

function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, "\\$&")}%`;
}

/** Entries looked at in one query. */
const batch = 1000;
