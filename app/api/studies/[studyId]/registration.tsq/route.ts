/** The request with which a timestamping authority is asked for a timestamp of a study's registration. */
import { attachment } from "@/app/api/attachment";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";
import { getRegistration } from "@/lib/studies/registration/get-registration";
import { timestampRequest } from "@/lib/studies/registration/timestamp-reply";

export const GET = protectedRoute<{ studyId: string }>(staff, readsOnly, async (_request, { studyId }) => {
  const { text } = await getRegistration(studyId);
  return attachment(timestampRequest(text), "registration.tsq", "application/timestamp-query");
});
