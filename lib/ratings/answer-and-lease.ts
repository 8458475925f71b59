/** Takes one answer and hands out what comes next, in one transaction: one commit, one wait for the disk. */
import { inPreparedTransaction } from "@/lib/database/prepared-transaction";
import type { Lease } from "./assigned-item";
import { leaseWithin } from "./lease-assignments";
import { type RatingInput, ratingInput, type StoredRating, storeRating } from "./submit-rating";

/** @throws SemblanceError as `submitRating` does */
export async function answerAndLease(
  raterId: string,
  input: RatingInput,
): Promise<StoredRating & { lease: Lease }> {
  const rating = ratingInput.parse(input);
  return inPreparedTransaction(async (transaction) => {
    const { written, ...stored } = await storeRating(transaction, raterId, rating);
    const [lease] = await Promise.all([leaseWithin(transaction, raterId), written]);
    return { ...stored, lease };
  });
}
