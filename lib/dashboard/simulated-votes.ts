/** Simulated votes, which pages must label wherever they show them. */
import { db } from "@/lib/platform/database/db";
import { simulatedInput } from "./remove-demo";

export async function hasSimulatedVotes(studyId: string): Promise<boolean> {
  const first = await db.rating.findFirst({
    where: { inputKind: simulatedInput, assignment: { rater: { studyId } } },
    select: { assignmentId: true },
  });
  return first !== null;
}
