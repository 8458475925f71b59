/** The audit log, or what is selected of it, as a CSV file. */
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { administrators } from "@/lib/platform/accounts/roles";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { auditToCsv } from "@/lib/platform/audit/audit-file";
import { auditFields, readAuditSelection } from "@/lib/platform/audit/audit-selection";
import { listAuditEntries } from "@/lib/platform/audit/list-audit-entries";
import { db } from "@/lib/platform/database/db";

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
  const pieces = auditToCsv(selection);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(new TextEncoder().encode(value));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
  return new Response(body, {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": 'attachment; filename="audit-log.csv"',
      "Cache-Control": "no-store",
    },
  });
});
