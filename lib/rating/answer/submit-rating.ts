/** Saves one answer of a rater. This is where a rating is stored. */
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { Prisma } from "@/lib/generated/prisma/client";
import { inPreparedTransaction, type SqlRunner } from "@/lib/platform/database/prepared-transaction";
import { splitCaptionWords } from "@/lib/questions/caption-words";
import { expectedAnswer, expectedOnScreen, isExpected } from "@/lib/questions/expected-answer";
import { toQuestionTypeName } from "@/lib/questions/question-types";
import { answerFault, imageMarks, raterAnswer } from "@/lib/questions/rater-answer";
import { raterAccess } from "@/lib/studies/design/rater-access";
import { takesAnswer } from "@/lib/studies/stopping/final-data";
import { counted } from "@/lib/text/counted";
import { judgeRater } from "../checks/judge-rater";
import type { LastAnswer, TrainingFeedback } from "../item/assigned-item";
import { type HeldItem, heldItemColumns, toAssignedItem } from "../item/held-item";
import { lockRater } from "../lease/locked-rater";

export const ratingInput = z.object({
  assignmentId: z.uuid(),
  answer: raterAnswer,
  marks: z.array(imageMarks).max(12).default([]),
  /** Made once per answer by the browser and sent again with every retry. */
  clientKey: z.uuid(),
  /** Key of the rater's last answer, which this one takes the place of. */
  revises: z.uuid().optional(),
  latencyMs: z.number().int().min(0).max(86_400_000),
  viewportPx: z
    .string()
    .regex(/^\d{1,5}x\d{1,5}$/)
    .or(z.literal(""))
    .default(""),
  inputKind: z.enum(["key", "mouse", "touch", "pen", ""]).default(""),
});

export type RatingInput = z.input<typeof ratingInput>;
export type ParsedRating = z.output<typeof ratingInput>;

export type StoredRating = {
  stored: "now" | "before";
  /** For an item of the training round. */
  feedback: TrainingFeedback | null;
};

/**
 * Stores the answer and ends its assignment in one transaction. Sending the same answer again (same `clientKey`)
 * changes nothing and succeeds, also after a revision of it, so that a browser may retry until it hears back. An answer
 * that comes after its lease ran out still counts as long as a seat of its item is free. The rater's last answer may be
 * revised until the next one is stored; until then the earlier answer stands.
 *
 * @throws SemblanceError `not_found` for an assignment that is not this rater's, `invalid_input` for an answer that
 *   does not fit the question, `conflict` when it was answered differently before, `gone` when the lease ran out
 *   and the item went to somebody else, or when the study has closed and does not take the answer any more,
 *   `too_many_requests` for an answer that comes sooner than the study allows: it is taken when it is sent again
 *   `details.waitMs` later
 */
export async function submitRating(raterId: string, input: RatingInput): Promise<StoredRating> {
  const rating = ratingInput.parse(input);
  return inPreparedTransaction(async (transaction) => {
    const { stored, feedback, written } = await storeRating(transaction, raterId, rating);
    await written;
    return { stored, feedback };
  });
}

/**
 * As `submitRating`, within the caller's transaction. What the caller begins next travels with the answer and sees it;
 * the caller awaits `written` before it commits. Locks the rater.
 *
 * @returns `last`: what was given, where it is the rater's last answer and may be taken back
 */
export async function storeRating(
  transaction: SqlRunner,
  raterId: string,
  rating: ParsedRating,
): Promise<StoredRating & { last: LastAnswer | null; written: Promise<unknown> }> {
  const assignment = await lockAssignment(transaction, raterId, rating.assignmentId);
  refuseUnfitting(rating, assignment);
  const expected = assignment.expected === null ? null : expectedAnswer.parse(assignment.expected);
  const isRight = expected && isExpected(rating.answer, expected, assignment.placement);
  const feedback: TrainingFeedback | null =
    assignment.kind === "TRAINING" && expected && isRight !== null
      ? {
          isRight,
          expected: isRight ? rating.answer : expectedOnScreen(rating.answer, expected, assignment.placement),
        }
      : null;

  const given: LastAnswer | null =
    assignment.kind === "TRAINING"
      ? null
      : {
          item: toAssignedItem(assignment),
          answer: rating.answer,
          marks: rating.marks,
          clientKey: rating.clientKey,
        };

  if (assignment.state === "DONE") {
    const stored = await answerAgain(transaction, assignment, rating, isRight);
    return { stored, feedback, last: stored === "now" ? given : null, written: Promise.resolve() };
  }
  if (assignment.isExcluded) {
    throw new SemblanceError("forbidden", "You cannot continue in this study.", {
      remedy: "Ask the people who invited you.",
    });
  }
  if (!assignment.isTaken) throw studyClosed();
  if (assignment.state === "SKIPPED") {
    throw new SemblanceError("gone", "You have skipped this item.", {
      remedy: "Continue with the next one.",
    });
  }
  refuseTooEarly(assignment);
  const seated = assignment.hasSeat ? takeSeat(transaction, assignment) : null;
  const inserted = transaction.$executeRaw`
    WITH done AS (UPDATE "Assignment" SET state = 'DONE' WHERE id = ${rating.assignmentId}::uuid),
         counted AS (${countAnswer(assignment.raterId)})
    INSERT INTO "Rating" ("assignmentId", answer, marks, "isRight", "clientKey", "earlierKeys", "latencyMs", "viewportPx", "inputKind", "createdAt")
    VALUES (${rating.assignmentId}::uuid, ${JSON.stringify(rating.answer)}::jsonb, ${marksToStore(rating)}::jsonb, ${isRight},
            ${rating.clientKey}, ${rating.revises ? [rating.revises] : []}::text[], ${rating.latencyMs}, ${rating.viewportPx},
            ${rating.inputKind}, clock_timestamp())`;
  const written = Promise.all([seated, inserted]);
  // What comes next depends on the verdict.
  if (isRight !== null) await Promise.all([written, judgeRater(transaction, assignment, assignment.kind)]);
  return { stored: "now", feedback, last: given, written };
}

type LockedAssignment = HeldItem & {
  raterId: string;
  studyId: string;
  state: "LEASED" | "DONE" | "LAPSED" | "SKIPPED";
  hasSeat: boolean;
  isExcluded: boolean;
  isTaken: boolean;
  placement: number[];
  expected: unknown;
  qualityControl: unknown;
  access: unknown;
  /** Since the item was handed out or the rater's last answer was stored, whichever is later. */
  secondsSince: number;
};

/**
 * While the rater is locked, neither a repeat of this answer nor a renewed lease gets in between. The rater is always
 * locked first, here as in the leases, so that the two never wait for each other. The look at the assignment is a
 * statement of its own, begun once the lock is held: it must see what was committed meanwhile.
 */
async function lockAssignment(
  transaction: SqlRunner,
  raterId: string,
  assignmentId: string,
): Promise<LockedAssignment> {
  const locked = lockRater(transaction, raterId);
  const looked = transaction.$queryRaw<LockedAssignment[]>`
    SELECT ${heldItemColumns}, a."raterId", i."studyId", a.state::text AS state, a.placement, i.expected, s."qualityControl",
           i.kind = 'REGULAR' AND NOT a."isRepeat" AS "hasSeat", r."excludedAt" IS NOT NULL AS "isExcluded",
           ${takesAnswer} AS "isTaken", s.access,
           EXTRACT(EPOCH FROM clock_timestamp() - GREATEST(a."leasedAt", (
             SELECT max(given."createdAt") FROM "Assignment" own JOIN "Rating" given ON given."assignmentId" = own.id
             WHERE own."raterId" = r.id)))::float8 AS "secondsSince"
    FROM "Assignment" a JOIN "Item" i ON i.id = a."itemId" JOIN "Criterion" c ON c.id = i."criterionId"
    JOIN "Rater" r ON r.id = a."raterId" JOIN "Study" s ON s.id = i."studyId"
    WHERE a.id = ${assignmentId}::uuid AND a."raterId" = ${raterId}::uuid`;
  const [, [assignment]] = await Promise.all([locked, looked]);
  if (!assignment) {
    throw new SemblanceError("not_found", "This item was not given to you.", {
      remedy: "Reload the page to continue with your own.",
    });
  }
  return assignment;
}

/** Ends the search for answers on one seat of the item: the rater's own, or another that is free by now. */
async function takeSeat(transaction: SqlRunner, assignment: LockedAssignment): Promise<void> {
  const own = await transaction.$executeRaw`
    UPDATE "Seat" SET "isDone" = true, "heldUntil" = NULL, "wantedUntil" = NULL
    WHERE "assignmentId" = ${assignment.assignmentId}::uuid AND NOT "isDone"`;
  if (own > 0) return;
  // All seats of the item are locked before one is chosen, since the first look may be older than another's commit.
  await transaction.$queryRaw`
    SELECT FROM "Seat" WHERE "itemId" = ${assignment.itemId}::uuid ORDER BY round FOR UPDATE`;
  const seats = await transaction.$queryRaw<{ id: string }[]>`
    WITH seat AS (
      SELECT id, "assignmentId" FROM "Seat"
      WHERE "itemId" = ${assignment.itemId}::uuid AND NOT "isDone" AND ("heldUntil" IS NULL OR "heldUntil" <= now())
      ORDER BY "wantedUntil" > now() NULLS FIRST, placement = ${assignment.placement}::int[] DESC, round LIMIT 1
    ), lost AS (
      UPDATE "Assignment" SET state = 'LAPSED' FROM seat WHERE "Assignment".id = seat."assignmentId" AND state = 'LEASED'
    )
    UPDATE "Seat" SET "isDone" = true, "heldUntil" = NULL, "wantedUntil" = NULL, "assignmentId" = ${assignment.assignmentId}::uuid
    FROM seat WHERE "Seat".id = seat.id RETURNING "Seat".id`;
  if (seats.length === 0) {
    throw new SemblanceError("gone", "This item went to somebody else while you were away.", {
      remedy: "Continue with the next one.",
    });
  }
}

/** An answer to an item that has one: the same again, a revision, or one that comes too late. */
async function answerAgain(
  transaction: SqlRunner,
  assignment: LockedAssignment,
  rating: ParsedRating,
  isRight: boolean | null,
): Promise<"now" | "before"> {
  const { assignmentId } = assignment;
  const [earlier] = await transaction.$queryRaw<{ clientKey: string; isKnown: boolean; isLast: boolean }[]>`
    SELECT r."clientKey", ${rating.clientKey} = ANY(r."earlierKeys" || r."clientKey") AS "isKnown", NOT EXISTS (
      SELECT FROM "Rating" later JOIN "Assignment" own ON own.id = later."assignmentId"
      WHERE own."raterId" = ${assignment.raterId}::uuid AND later."createdAt" > r."createdAt"
    ) AS "isLast"
    FROM "Rating" r WHERE r."assignmentId" = ${assignmentId}::uuid`;
  if (earlier?.isKnown) return "before";
  const mayRevise = earlier?.isLast && assignment.kind !== "TRAINING" && !assignment.isExcluded;
  if (!mayRevise || rating.revises !== earlier.clientKey) {
    throw new SemblanceError("conflict", "You have already answered this item.", {
      remedy: "Your first answer counts. Reload the page to continue.",
    });
  }
  if (!assignment.isTaken) throw studyClosed();
  await transaction.$executeRaw`
    WITH counted AS (${countAnswer(assignment.raterId)})
    UPDATE "Rating" SET answer = ${JSON.stringify(rating.answer)}::jsonb, marks = ${marksToStore(rating)}::jsonb,
      "isRight" = ${isRight}, "earlierKeys" = "earlierKeys" || "clientKey",
      "clientKey" = ${rating.clientKey}, "latencyMs" = ${rating.latencyMs},
      "viewportPx" = ${rating.viewportPx}, "inputKind" = ${rating.inputKind},
      revision = revision + 1, "revisedAt" = now()
    WHERE "assignmentId" = ${assignmentId}::uuid`;
  if (isRight !== null) await judgeRater(transaction, assignment, assignment.kind);
  return "now";
}

/** Tells kept results that they are out of date; see lib/votes/leaderboard/results-revision.ts. */
function countAnswer(raterId: string): Prisma.Sql {
  return Prisma.sql`UPDATE "Rater" SET "answerChanges" = "answerChanges" + 1 WHERE id = ${raterId}::uuid`;
}

/** By the server's clock: a browser can claim any time. What waited on a device is a second apart as well, and not lost. */
function refuseTooEarly({ access, secondsSince }: LockedAssignment): void {
  const { minimumSeconds } = raterAccess.parse(access);
  const waitMs = Math.ceil(1000 * Math.min(minimumSeconds - secondsSince, minimumSeconds));
  if (waitMs <= 0) return;
  throw new SemblanceError(
    "too_many_requests",
    "This answer came too soon after the item or the last answer.",
    {
      remedy: `Send it again in ${waitMs} ms.`,
      details: { waitMs },
    },
  );
}

function studyClosed(): SemblanceError {
  return new SemblanceError("gone", "This study is closed and no longer accepts this answer.", {
    remedy: "There is nothing more to do.",
    details: { reason: "closed" },
  });
}

function marksToStore(rating: ParsedRating): string | null {
  return rating.marks.length > 0 ? JSON.stringify(rating.marks) : null;
}

function refuseUnfitting(rating: ParsedRating, assignment: LockedAssignment): void {
  const reason = unfitReason(rating, assignment);
  if (reason === null) return;
  throw new SemblanceError("invalid_input", `This answer does not match its question: ${reason}`, {
    remedy: "Reload the page and answer again.",
  });
}

function unfitReason({ answer, marks }: ParsedRating, assignment: LockedAssignment): string | null {
  const places = assignment.placement.length;
  const fault = answerFault(answer, toQuestionTypeName(assignment.questionType), places);
  if (fault !== null) return fault;
  const words = splitCaptionWords(assignment.caption).length;
  for (const mark of marks) {
    if (mark.place >= places) return `there is no image at position ${mark.place}.`;
    if (mark.missedWords.length > 0 && !assignment.marksWords) return "words cannot be marked here.";
    if (mark.wrongPoints.length > 0 && !assignment.marksPlaces) return "places cannot be marked here.";
    if (mark.missedWords.some((word) => word >= words))
      return `the caption has only ${counted(words, "word", "words")}.`;
  }
  return null;
}
