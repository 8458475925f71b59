/** Takes one answer and hands out what comes next, in one round trip. */
import { SemblanceError } from "@/lib/errors";
import { answerAndLease } from "@/lib/ratings/answer-and-lease";
import { answerRaterRequest } from "@/lib/ratings/answer-rater-request";
import { ratingInput } from "@/lib/ratings/submit-rating";

export async function POST(request: Request, { params }: { params: Promise<{ studyId: string }> }) {
  const { studyId } = await params;
  return answerRaterRequest(request, studyId, async (rater) => {
    const body: unknown = await request.json().catch(() => {
      throw new SemblanceError("invalid_input", "The answer is not JSON.");
    });
    return Response.json(await answerAndLease(rater.id, ratingInput.parse(body)));
  });
}
