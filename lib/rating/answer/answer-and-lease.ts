/** Takes one answer and hands out what comes next, in one transaction: one commit, one wait for the disk. */
import { SemblanceError } from "@/lib/errors";
import { inPreparedTransaction, queryPrepared } from "@/lib/platform/database/prepared-transaction";
import type { Lease } from "../item/assigned-item";
import { findLastAnswer } from "../item/last-answer";
import { leaseWithin } from "../lease/lease-assignments";
import { ratingInput, type StoredRating, storeRating, submitRating } from "./submit-rating";

/**
 * @param input a `RatingInput`, as it came
 * @throws SemblanceError as `submitRating` does; ZodError for what is not a rating
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

/**
 * As `answerAndLease`, for whoever the device belongs to by now. An answer may have waited there while its rater's cookie
 * expired, or while somebody else joined in the same browser. It then counts for the rater who was given the item: the id of
 * an unanswered assignment is 122 random bits that nobody but its rater's browser is told.
 *
 * @param findRaterId the rater behind the request's cookie
 * @returns `lease` null where the answer was somebody else's
 * @throws SemblanceError as `answerAndLease` and `findRaterId` do
 */
export async function answerFromDevice(
  studyId: string,
  findRaterId: () => Promise<string>,
  input: unknown,
): Promise<StoredRating & { lease: Lease | null }> {
  try {
    return await answerAndLease(await findRaterId(), input);
  } catch (thrown) {
    const isForeign =
      thrown instanceof SemblanceError && (thrown.code === "not_signed_in" || thrown.code === "not_found");
    const rating = isForeign ? ratingInput.safeParse(input) : null;
    if (!rating?.success) throw thrown;
    const [owner] = await queryPrepared<{ raterId: string }>`
      SELECT a."raterId" FROM "Assignment" a JOIN "Item" i ON i.id = a."itemId"
      WHERE a.id = ${rating.data.assignmentId}::uuid AND i."studyId"::text = ${studyId}`;
    if (!owner) throw thrown;
    return { ...(await submitRating(owner.raterId, rating.data)), lease: null };
  }
}
