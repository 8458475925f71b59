/** The audit log, or what is selected of it, as a CSV file. */
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { administrators } from "@/lib/platform/accounts/roles";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { auditToCsv } from "@/lib/platform/audit/audit-file";
import { auditFields, readAuditSelection } from "@/lib/platform/audit/audit-selection";
import { listAuditEntries } from "@/lib/platform/audit/list-audit-entries";
import { db } from "@/lib/platform/database/db";
import { textAttachment } from "../attachment";

export const GET = protectedRoute(administrators, "audit.exported", async (request) => {
  const asked = new URL(request.url).searchParams;
  const selection = readAuditSelection((name) => asked.get(name) ?? undefined);
  const { total } = await listAuditEntries({ pageSize: 1, selection });
  await db.$transaction((transaction) =>
    appendAuditEntry(transaction, {
      action: "audit.exported",
      subject: { kind: "installation", id: "audit-log" },
      detail: {
        entries: total,
        selected: Object.fromEntries(
          auditFields.flatMap((name) => (asked.get(name) ? [[name, asked.get(name)!]] : [])),
        ),
      },
    }),
  );
  return textAttachment(auditToCsv(selection), "audit-log.csv", "text/csv; charset=utf-8");
});
