/** The timestamp reply that was attached to a study's registration. */
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readTimestampFile } from "@/lib/studies/registration/attach-timestamp";
import { attachment } from "../result-file";

export const GET = protectedRoute<{ studyId: string }>(staff, async (_request, { studyId }) =>
  attachment(await readTimestampFile(studyId), "registration.tsr", "application/timestamp-reply"),
);
