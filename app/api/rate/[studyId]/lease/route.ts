/** Hands the rater's browser its next items. */
import { answerRaterRequest } from "@/lib/ratings/answer-rater-request";
import { leaseAssignments } from "@/lib/ratings/lease-assignments";

export async function POST(request: Request, { params }: { params: Promise<{ studyId: string }> }) {
  const { studyId } = await params;
  return answerRaterRequest(request, studyId, async (rater) =>
    Response.json({ lease: await leaseAssignments(rater.id) }),
  );
}
