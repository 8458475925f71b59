/** How consistent raters are on the items that they get twice. */
import { Prisma } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import { answerLikeness } from "@/lib/questions/answer-statistics";
import { raterAnswer, toArmAnswer } from "@/lib/questions/rater-answer";

export type RepeatAgreement = {
  /** Items answered twice. */
  repeats: number;
  /** Mean likeness of the two answers, 0 to 1; see `answerLikeness`. */
  agreement: number;
};

type Row = {
  raterId: string;
  answer: unknown;
  placement: number[];
  again: unknown;
  placementAgain: number[];
};

/**
 * Of a study's raters, or of some of them: by the rater's id; raters without a repeat are missing. Places were reversed the second time, so a rater who always
 * takes one side disagrees with themselves.
 */
export async function repeatAgreement(
  studyId: string,
  raterIds?: readonly string[],
): Promise<Map<string, RepeatAgreement>> {
  const ofRaters = raterIds ? Prisma.sql`AND second."raterId" = ANY(${raterIds}::uuid[])` : Prisma.empty;
  const rows = await db.$queryRaw<Row[]>`
    SELECT first."raterId", given.answer, first.placement, repeated.answer AS again,
           second.placement AS "placementAgain"
    FROM "Assignment" second
    JOIN "Assignment" first ON first."itemId" = second."itemId" AND first."raterId" = second."raterId"
      AND NOT first."isRepeat"
    JOIN "Rating" repeated ON repeated."assignmentId" = second.id
    JOIN "Rating" given ON given."assignmentId" = first.id
    JOIN "Item" i ON i.id = second."itemId"
    WHERE second."isRepeat" AND i."studyId" = ${studyId}::uuid ${ofRaters}`;
  const sums = new Map<string, { repeats: number; likeness: number }>();
  for (const { raterId, answer, placement, again, placementAgain } of rows) {
    const sum = sums.get(raterId) ?? { repeats: 0, likeness: 0 };
    sum.repeats++;
    sum.likeness += answerLikeness(inImages(answer, placement), inImages(again, placementAgain));
    sums.set(raterId, sum);
  }
  return new Map(
    [...sums].map(([raterId, { repeats, likeness }]) => [
      raterId,
      { repeats, agreement: likeness / repeats },
    ]),
  );
}

/** An answer in terms of the item's images, whose positions stand in for the arms. */
function inImages(answer: unknown, placement: readonly number[]) {
  return toArmAnswer(raterAnswer.parse(answer), { caption: "", rater: "", shown: placement.map(String) });
}
