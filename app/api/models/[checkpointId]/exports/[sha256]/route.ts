/** A file of a model's export. */
import { Readable } from "node:stream";
import { computedAttachment, toFileName } from "@/app/api/attachment";
import { findExportedFile } from "@/jobs/export-model/list-exports";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";
import { blobStore } from "@/lib/platform/storage/open-store";

const mediaType = "application/octet-stream";

export const GET = protectedRoute<{ checkpointId: string; sha256: string }>(
  staff,
  readsOnly,
  async (_, { checkpointId, sha256 }) => {
    const { name, bytes } = await findExportedFile(checkpointId, sha256);
    const link = await blobStore().toLink(sha256, { mediaType, name: toFileName(name) });
    if (link !== null) return Response.redirect(link, 302);
    const stream = Readable.toWeb(await blobStore().read(sha256)) as ReadableStream<Uint8Array>;
    return computedAttachment({ stream, bytes }, name, mediaType);
  },
);
