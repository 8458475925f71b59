/** The captions of a desk as a CSV file. */
import { captionsToCsv, findDeskName } from "@/lib/desks/review/captions-file";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { textAttachment } from "../../../attachment";

export const GET = protectedRoute<{ deskId: string }>(
  staff,
  "desk.exported",
  async (_request, { deskId }) => {
    const name = await findDeskName(deskId);
    await db.$transaction((transaction) =>
      appendAuditEntry(transaction, { action: "desk.exported", subject: { kind: "desk", id: deskId, name } }),
    );
    return textAttachment(captionsToCsv(deskId), "captions.csv", "text/csv; charset=utf-8");
  },
);
