/** The audit log in words: what was done, and what a change of a draft has changed. */
import { auditText } from "@/lib/platform/audit/audit-kinds";
import {
  type AuditEntryRow,
  type AuditSelection,
  listAuditEntries,
} from "@/lib/platform/audit/list-audit-entries";
import { db } from "@/lib/platform/database/db";
import { changesBetween } from "./changes-between";

export type AuditLine = AuditEntryRow & {
  /** A sentence without its full stop. */
  text: string;
  /** Of a changed draft: its fields before and after, one a line. */
  changes: string[];
};

type Detail = Record<string, unknown>;

/** Enough of an id to tell it from others on a page. */
const short = (id: unknown) => String(id).slice(-6);

/** Newest first. @param page from 1 */
export async function listAuditLines(query: {
  page?: number;
  pageSize?: number;
  selection?: AuditSelection;
}): Promise<{ entries: AuditLine[]; total: number }> {
  const { entries, total } = await listAuditEntries(query);
  const studyIds = [
    ...new Set(entries.flatMap(({ detail }) => (isId(detail.studyId) ? [detail.studyId] : []))),
  ];
  const [studies, designs] = await Promise.all([
    db.study.findMany({ where: { id: { in: studyIds } }, select: { id: true, name: true } }),
    designsOf(studyIds),
  ]);
  const names = new Map([
    ...designs.map(({ studyId, design }) => [studyId, String(design.name)] as const),
    ...studies.map(({ id, name }) => [id, name] as const),
  ]);
  return {
    total,
    entries: entries.map((entry) => {
      const studyId = entry.detail.studyId as string;
      const before = designs.findLast((each) => each.studyId === studyId && each.sequence < entry.sequence);
      const subject = entry.subjectName ?? names.get(studyId) ?? short(entry.subjectId ?? studyId);
      return {
        ...entry,
        text: auditText(entry.action, entry.detail, `“${subject}”`),
        changes:
          entry.action === "study.changed" && before
            ? changesBetween(before.design, entry.detail.design as Detail)
            : [],
      };
    }),
  };
}

/** Every design that these studies have had, oldest first; studies that were deleted are in the log alone. */
async function designsOf(
  studyIds: readonly string[],
): Promise<{ sequence: number; studyId: string; design: Detail }[]> {
  const rows = await db.$queryRaw<{ sequence: number; studyId: string; design: Detail }[]>`
    SELECT sequence, detail->>'studyId' AS "studyId", detail->'design' AS design FROM "AuditEntry"
    WHERE action IN ('study.created', 'study.changed') AND detail->>'studyId' = ANY(${studyIds})
    ORDER BY sequence`;
  return rows;
}

function isId(value: unknown): value is string {
  return typeof value === "string";
}
