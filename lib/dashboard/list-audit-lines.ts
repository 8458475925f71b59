/** The audit log in words: what each entry says was done, and what a change of a draft has changed. */
import type { Role } from "@/lib/generated/prisma/enums";
import { roleNames } from "@/lib/platform/accounts/roles";
import { type AuditEntryRow, listAuditEntries } from "@/lib/platform/audit/list-audit-entries";
import { db } from "@/lib/platform/database/db";
import { changesBetween } from "./changes-between";

export type AuditLine = AuditEntryRow & {
  /** A sentence without its full stop. */
  text: string;
  /** Of a changed draft: its fields before and after, one a line. */
  changes: string[];
};

type Detail = Record<string, unknown>;

const role = (name: unknown) => (roleNames[name as Role]?.label ?? String(name)).toLowerCase();
const count = (value: unknown, one: string, many: string) => `${value} ${value === 1 ? one : many}`;

/** By action; `study` is the study's name in quotation marks. */
const auditTexts: Record<string, (detail: Detail, study: string) => string> = {
  "user.invited": (d) => `Invited ${d.name} (${d.email}) as ${role(d.role)}`,
  "user.role-changed": (d) => `Changed the role of ${d.email} from ${role(d.from)} to ${role(d.to)}`,
  "user.disabled": (d) => `Disabled the account of ${d.email}`,
  "user.enabled": (d) => `Enabled the account of ${d.email} again`,
  "study.created": (_, study) => `Created ${study}`,
  "study.changed": (_, study) => `Changed the draft of ${study}`,
  "study.deleted": (_, study) => `Deleted the draft of ${study}`,
  "study.opened": (d, study) =>
    `Opened ${study}${d.isPilot ? " as a pilot" : ""} with ${count(d.itemCount, "item", "items")}`,
  "study.pilot-ended": (d, study) =>
    `Ended the pilot of ${study} and deleted ${count(d.answers, "answer", "answers")} of ${count(d.raters, "rater", "raters")}; the study ${d.next === "start" ? "started" : "is a draft again"}`,
  "study.closed": (_, study) => `Closed ${study}`,
  "study.stopped-early": (_, study) => `${study} met its stop rule and closed`,
  "study.timestamped": (d, study) => `Attached a timestamp of ${d.at} to the registration of ${study}`,
  "study.exported": (d, study) => `Exported ${d.file} of ${study}`,
  "rater.excluded": (d, study) => `Excluded rater ${short(d.raterId)} from ${study}: ${d.reason}`,
  "rater.reinstated": (d, study) => `Reinstated rater ${short(d.raterId)} in ${study}`,
  "demo.removed": () => "Removed the demo",
};

/** Enough of an id to tell it from others on a page. */
const short = (id: unknown) => String(id).slice(-6);

/** Newest first. @param page from 1 */
export async function listAuditLines(query: {
  page?: number;
  pageSize?: number;
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
      return {
        ...entry,
        text:
          auditTexts[entry.action]?.(entry.detail, `“${names.get(studyId) ?? short(studyId)}”`) ??
          entry.action,
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
