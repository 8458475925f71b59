/** The timestamp reply that was attached to a study's registration. */
import { attachment } from "@/app/api/attachment";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";
import { readTimestampFile } from "@/lib/studies/registration/attach-timestamp";

export const GET = protectedRoute<{ studyId: string }>(staff, readsOnly, async (_request, { studyId }) =>
  attachment(await readTimestampFile(studyId), "registration.tsr", "application/timestamp-reply"),
);
