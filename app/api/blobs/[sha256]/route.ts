/** Images for the dashboard. Raters have their own route, which says nothing of where an image comes from. */

import { toFileName } from "@/app/api/attachment";
import { screenSidesPx } from "@/lib/images/rendition-kind";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";
import { findRendition, readRendition } from "@/lib/platform/renditions/find-rendition";
import { blobStore } from "@/lib/platform/storage/open-store";

/** A browser has few connections: what workers take longer for is asked for once more. */
const waitMs = 1500;

/** The bytes under a hash never change; "private" keeps them out of caches that serve others. */
const cacheControl = "private, max-age=31536000, immutable";

export const GET = protectedRoute<{ sha256: string }>(staff, readsOnly, async (request, { sha256 }) => {
  const query = new URL(request.url).searchParams;
  const sidePx = screenSidesPx.find((side) => String(side) === query.get("side"));
  const kind = sidePx === undefined ? "whole" : (`side-${sidePx}` as const);
  const wait = { waitMs, signal: request.signal };
  const download = query.get("download");
  const name = download === null ? null : toFileName(download) || "image";
  if (name !== null) {
    const found = await findRendition(sha256, kind, wait);
    const link = await blobStore().toLink(found.sha256, { mediaType: found.mediaType, name });
    if (link !== null) return Response.redirect(link, 302);
  }
  const { bytes, mediaType } = await readRendition(sha256, kind, wait);
  return new Response(new Uint8Array(bytes), {
    headers: {
      "content-type": mediaType,
      "content-length": String(bytes.length),
      "cache-control": cacheControl,
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
      ...(name === null ? {} : { "content-disposition": `attachment; filename="${name}"` }),
    },
  });
});
