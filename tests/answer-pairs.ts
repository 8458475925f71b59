/** Lets a person answer pairs of a study by the use cases that the rater's screen calls. */
import { submitRating } from "@/lib/rating/answer/submit-rating";
import { joinStudy } from "@/lib/rating/join/join-study";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";

/** @param userId their account @param count how many pairs they answer, always for the left image */
export async function answerPairs(inviteToken: string, userId: string, count: number): Promise<void> {
  const { raterId } = await joinStudy(inviteToken, { userId });
  for (let answered = 0; answered < count; answered++) {
    const item = (await leaseAssignments(raterId)).items[0]!;
    await submitRating(raterId, {
      assignmentId: item.assignmentId,
      answer: { type: "pair", winner: "left" },
      clientKey: crypto.randomUUID(),
      latencyMs: 900,
      inputKind: "key",
    });
  }
}
