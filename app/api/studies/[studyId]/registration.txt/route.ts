/** A study's registration as a text for OSF or AsPredicted. */
import { attachment } from "@/app/api/attachment";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";
import { getRegistration } from "@/lib/studies/registration/get-registration";

export const GET = protectedRoute<{ studyId: string }>(staff, readsOnly, async (_request, { studyId }) =>
  attachment((await getRegistration(studyId)).text, "registration.txt", "text/plain; charset=utf-8"),
);
