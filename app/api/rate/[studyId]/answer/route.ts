/** Takes one answer and hands out what comes next, in one round trip. */
import { SemblanceError } from "@/lib/errors";
import { answerRaterRequest } from "@/lib/ratings/answer-rater-request";
import { leaseAssignments } from "@/lib/ratings/lease-assignments";
import { ratingInput, submitRating } from "@/lib/ratings/submit-rating";

export async function POST(request: Request, { params }: { params: Promise<{ studyId: string }> }) {
  const { studyId } = await params;
  return answerRaterRequest(request, studyId, async (rater) => {
    const body: unknown = await request.json().catch(() => {
      throw new SemblanceError("invalid_input", "The answer is not JSON.");
    });
    const { stored, feedback } = await submitRating(rater.id, ratingInput.parse(body));
    return Response.json({ stored, lease: await leaseAssignments(rater.id), feedback });
  });
}
