/** An image of a preview, made blind as the opening of its study will make it. */
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";
import { previewImage } from "@/lib/rating/preview/preview-image";

export const GET = protectedRoute<{ studyId: string; token: string }>(
  staff,
  readsOnly,
  async (request, { studyId, token }) => {
    const png = await previewImage(studyId, token, request.signal);
    return new Response(new Uint8Array(png), {
      headers: { "Content-Type": "image/png", "Cache-Control": "private, max-age=3600, no-transform" },
    });
  },
);
