/** The captions of a desk as a CSV file. */
import { captionsToCsv, findDeskName } from "@/lib/desks/review/captions-file";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";

export const GET = protectedRoute<{ deskId: string }>(
  staff,
  "desk.exported",
  async (_request, { deskId }) => {
    const name = await findDeskName(deskId);
    await db.$transaction((transaction) =>
      appendAuditEntry(transaction, { action: "desk.exported", subject: { kind: "desk", id: deskId, name } }),
    );
    const pieces = captionsToCsv(deskId);
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
        "Content-Disposition": 'attachment; filename="captions.csv"',
        "Cache-Control": "no-store",
      },
    });
  },
);
