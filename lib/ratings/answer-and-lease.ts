/** Takes one answer and hands out what comes next, in one transaction: one commit, one wait for the disk. */
import { inPreparedTransaction } from "@/lib/database/prepared-transaction";
import type { Lease } from "./assigned-item";
import { findLastAnswer } from "./last-answer";
import { leaseWithin } from "./lease-assignments";
import { ratingInput, type StoredRating, storeRating } from "./submit-rating";

/**
 * @param input a `RatingInput`, as it came
 * @throws SemblanceError as `submitRating` does; ZodError for what is no rating
 */
export async function answerAndLease(
  raterId: string,
  input: unknown,
): Promise<StoredRating & { lease: Lease }> {
  const rating = ratingInput.parse(input);
  return inPreparedTransaction(async (transaction) => {
    const { written, last, ...stored } = await storeRating(transaction, raterId, rating);
    const lastAnswer = stored.stored === "now" ? last : findLastAnswer(transaction, raterId);
    const [lease] = await Promise.all([leaseWithin(transaction, raterId, lastAnswer), written]);
    return { ...stored, lease };
  });
}
