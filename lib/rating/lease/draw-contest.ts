/** Active choice of pairs: which two arms the next rater should compare. */
import { randomInt } from "node:crypto";
import { db } from "@/lib/platform/database/db";
import { keptFor } from "@/lib/platform/server/kept-for";
import { pairTypes } from "@/lib/questions/question-types";
import { raterAnswer, winnerOf } from "@/lib/questions/rater-answer";
import { nextPairProbabilities } from "@/lib/statistics/active-pairs";

type ContestTally = { contest: string; wins: number; losses: number; ties: number };

/** Tallies a little older than the last answers choose as well, and are not counted again for every rater. */
const keptTallies = keptFor<ContestTally[]>(5000);

/**
 * Draws a pair of arms with the probability that one more vote on it is worth (see `nextPairProbabilities`).
 *
 * @returns the items' `contest`, or null for a study without pairs
 */
export async function drawContest(studyId: string): Promise<string | null> {
  const tallies = await keptTallies(studyId, () => tallyContests(studyId));
  if (tallies.length === 0) return null;
  const probabilities = nextPairProbabilities(tallies);
  let left = randomInt(2 ** 32) / 2 ** 32;
  const drawn = probabilities.findIndex((probability) => {
    left -= probability;
    return left < 0;
  });
  return tallies[drawn === -1 ? tallies.length - 1 : drawn]!.contest;
}

type AnswerCount = {
  contest: string;
  /** Null where the pair has no answer. */
  answer: unknown;
  /** Position of the image on the left. */
  left: number | null;
  count: number;
};

/** Votes on each pair of arms over all criteria; a win is one for the item's first image. */
async function tallyContests(studyId: string): Promise<ContestTally[]> {
  const counts = await db.$queryRaw<AnswerCount[]>`
    SELECT i.contest, r.answer, a.placement[1] AS "left", count(*)::int AS count
    FROM "Item" i
    JOIN "Criterion" c ON c.id = i."criterionId" AND c."questionType" = ANY(${pairTypes}::text[])
    LEFT JOIN "Assignment" a ON a."itemId" = i.id AND NOT a."isRepeat"
    LEFT JOIN "Rater" person ON person.id = a."raterId"
    LEFT JOIN "Rating" r ON r."assignmentId" = a.id AND person."excludedAt" IS NULL
    WHERE i."studyId" = ${studyId}::uuid AND i.kind = 'REGULAR'
    GROUP BY i.contest, r.answer, a.placement[1] ORDER BY i.contest`;
  const tallies = new Map<string, ContestTally>();
  for (const { contest, answer, left, count } of counts) {
    const tally = tallies.get(contest) ?? { contest, wins: 0, losses: 0, ties: 0 };
    tallies.set(contest, tally);
    const winner = answer === null ? null : winnerOf(raterAnswer.parse(answer));
    if (winner === "tie") tally.ties += count;
    else if (winner === "left" || winner === "right") {
      tally[(winner === "left") === (left === 0) ? "wins" : "losses"] += count;
    }
  }
  return [...tallies.values()];
}
