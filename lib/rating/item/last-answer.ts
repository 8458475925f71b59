/** The answer that a rater gave last and may still take back. */
import type { SqlRunner } from "@/lib/platform/database/prepared-transaction";
import type { ImageMarks, RaterAnswer } from "@/lib/questions/rater-answer";
import type { LastAnswer } from "./assigned-item";
import { type HeldItem, heldItemColumns, toAssignedItem } from "./held-item";

type GivenAnswer = HeldItem & { answer: RaterAnswer; marks: ImageMarks[] | null; clientKey: string };

/** Null before the first answer, and for a training item, whose correct answer has been shown. */
export async function findLastAnswer(transaction: SqlRunner, raterId: string): Promise<LastAnswer | null> {
  const [last] = await transaction.$queryRaw<GivenAnswer[]>`
    SELECT ${heldItemColumns}, r.answer, r.marks, r."clientKey"
    FROM "Assignment" a JOIN "Item" i ON i.id = a."itemId" JOIN "Criterion" c ON c.id = i."criterionId"
    JOIN "Rating" r ON r."assignmentId" = a.id
    WHERE a."raterId" = ${raterId}::uuid
    ORDER BY r."createdAt" DESC, a.ordinal DESC LIMIT 1`;
  if (!last || last.kind === "TRAINING") return null;
  return {
    item: toAssignedItem(last),
    answer: last.answer,
    marks: last.marks ?? [],
    clientKey: last.clientKey,
  };
}
