/** Uploads: one file per request, its bytes as the body; the answer names them by their hash. */
import { SemblanceError } from "@/lib/errors";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { receiveUpload, type UploadPurpose, uploadLimitsBytes } from "@/lib/platform/storage/receive-upload";

export const POST = protectedRoute(staff, "file.uploaded", async (request) => {
  const purpose = new URL(request.url).searchParams.get("for") ?? "";
  if (!Object.hasOwn(uploadLimitsBytes, purpose)) {
    throw new SemblanceError("invalid_input", `“${purpose}” is not a purpose for uploads.`, {
      remedy: `Use ?for=${Object.keys(uploadLimitsBytes).join(" or ?for=")}.`,
    });
  }
  const length = request.headers.get("content-length");
  const stored = await receiveUpload(
    request.body,
    purpose as UploadPurpose,
    length === null ? null : Number(length),
  );
  await db.$transaction((transaction) =>
    appendAuditEntry(transaction, {
      action: "file.uploaded",
      subject: { kind: "file", id: stored.sha256 },
      detail: { purpose, sha256: stored.sha256, sizeBytes: stored.sizeBytes },
    }),
  );
  return Response.json(stored, { status: 201 });
});
