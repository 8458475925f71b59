/** Serves one blind picture to the rater it was assigned to. */
import { answerRaterRequest } from "@/lib/ratings/answer-rater-request";
import { findAssignedPicture } from "@/lib/ratings/find-assigned-picture";
import { readBlob } from "@/lib/storage/store-blob";

export async function GET(
  request: Request,
  { params }: { params: Promise<{ studyId: string; token: string }> },
) {
  const { studyId, token } = await params;
  return answerRaterRequest(request, studyId, async (rater) => {
    const { sha256 } = await findAssignedPicture(rater.id, token);
    const png = await readBlob(sha256);
    // No validator and no file name: either would say which of a rater's views show the same picture.
    return new Response(new Uint8Array(png), {
      headers: {
        "Content-Type": "image/png",
        "Cache-Control": "private, max-age=3600, no-transform",
        "X-Content-Type-Options": "nosniff",
      },
    });
  });
}
