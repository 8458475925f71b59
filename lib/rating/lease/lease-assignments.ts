/** Hands a rater the items to judge next: who gets what, and in which places, is decided in one transaction. */
import { Prisma } from "@/lib/generated/prisma/client";
import { inPreparedTransaction, type SqlRunner } from "@/lib/platform/database/prepared-transaction";
import { type Ending, findEnding, findLateEnding } from "@/lib/studies/design/endings";
import { qualityControl } from "@/lib/studies/design/quality-control";
import { raterAccess } from "@/lib/studies/design/rater-access";
import { endOfExcluded } from "../checks/judge-rater";
import type { LastAnswer, Lease, LeaseEnd } from "../item/assigned-item";
import { hasAllImages } from "../item/faulty-images";
import { type HeldItem, heldItemColumns, toAssignedItem } from "../item/held-item";
import { findLastAnswer } from "../item/last-answer";
import { secondsPerAnswer } from "../item/seconds-per-answer";
import { leaseNext, seatTimes } from "./lease-next";
import { type LockedRater, lockRater, readRater } from "./locked-rater";
import { countOpenItems } from "./open-items";

/** One item on the screen, one preloaded behind it. */
const itemsInHand = 2;

/**
 * Renews the rater's running leases, takes lapsed ones up again where their seat is free, and adds items until the
 * rater has two in hand: first the training round, then regular items with the planned checks among them. A rater never
 * gets an item twice, planned repeats apart.
 *
 * A regular item has as many seats as the study asks for people. Only answers earn a hold: the seats of the items in hand
 * are held until the study's lease time after the rater's last answer, however often they ask. Before the first answer, and
 * after that time, the rater merely wants them (`wantedUntil`): such a seat goes to whoever answers the item, and to
 * whoever finds no other. So somebody who never answers keeps nobody from answering.
 */
export async function leaseAssignments(raterId: string): Promise<Lease> {
  return inPreparedTransaction(async (transaction) => {
    const locked = lockRater(transaction, raterId);
    const last = findLastAnswer(transaction, raterId);
    const [lease] = await Promise.all([leaseWithin(transaction, raterId, last), locked]);
    return lease;
  });
}

/**
 * As `leaseAssignments`, within a transaction of the caller's that has locked the rater.
 *
 * @param lastAnswer the answer that the rater may still take back
 */
export async function leaseWithin(
  transaction: SqlRunner,
  raterId: string,
  lastAnswer: LastAnswer | null | Promise<LastAnswer | null>,
): Promise<Lease> {
  const [rater, own, last] = await Promise.all([
    readRater(transaction, raterId),
    findOwnLeases(transaction, raterId),
    lastAnswer,
  ]);
  const describe = (items: readonly HeldItem[], end: LeaseEnd | null) =>
    describeLease(transaction, rater, { items, last, end });
  if (rater.excludedAt) return describe([], endOfExcluded(rater));
  if (rater.state !== "OPEN") {
    const isDone = rater.answered > 0 && (await whyNone(transaction, rater)) === "complete";
    return describe([], isDone ? "complete" : "closed");
  }

  const held = await takeUp(transaction, rater, own);
  while (held.length < itemsInHand) {
    const added = await leaseNext(transaction, rater, held);
    if (!added) break;
    held.push(added);
  }
  return describe(held, held.length === 0 ? await whyNone(transaction, rater) : null);
}

type OwnLease = HeldItem & {
  isFresh: boolean;
  hasSeat: boolean;
  /** Whether a seat is still this assignment's own: two raters who find it at once both begin with it, and one has it. */
  ownsSeat: boolean;
  /** Null without a seat. */
  isHeld: boolean | null;
};

/** The rater's own unanswered assignments, oldest first. */
function findOwnLeases(transaction: SqlRunner, raterId: string): Promise<OwnLease[]> {
  return transaction.$queryRaw<OwnLease[]>`
    SELECT ${heldItemColumns}, i.kind = 'REGULAR' AND NOT a."isRepeat" AS "hasSeat",
           a.state = 'LEASED' AND a."leaseExpiresAt" > now() + make_interval(secs => s."leaseSeconds" / 2) AS "isFresh",
           seat.id IS NOT NULL AS "ownsSeat", seat."heldUntil" > now() AS "isHeld"
    FROM "Assignment" a JOIN "Item" i ON i.id = a."itemId" JOIN "Criterion" c ON c.id = i."criterionId"
    JOIN "Study" s ON s.id = i."studyId" LEFT JOIN "Seat" seat ON seat."assignmentId" = a.id
    WHERE a."raterId" = ${raterId}::uuid AND a.state IN ('LEASED', 'LAPSED') AND ${hasAllImages(Prisma.sql`i.id`)}
    ORDER BY a.ordinal`;
}

/** As many of them as a rater holds, each with a fresh lease. */
async function takeUp(
  transaction: SqlRunner,
  rater: LockedRater,
  own: readonly OwnLease[],
): Promise<HeldItem[]> {
  const held: HeldItem[] = [];
  for (const item of own) {
    if (held.length === itemsInHand) break;
    const isEarned = item.hasSeat && !item.isHeld && rater.holdSeconds > 0;
    const isOwn = !item.hasSeat || item.ownsSeat;
    if ((item.isFresh && isOwn && !isEarned) || (await renewLease(transaction, rater, item))) held.push(item);
  }
  return held;
}

/**
 * Where somebody else is just taking the rater's own seat, it is waited for: an assignment has one seat, so it cannot be
 * given another before the first is known to be gone.
 *
 * @returns false where every seat of the item was answered by, or is held for, somebody else
 */
async function renewLease(
  transaction: SqlRunner,
  rater: LockedRater,
  item: HeldItem & { hasSeat: boolean },
): Promise<boolean> {
  if (item.hasSeat) {
    const seats = await transaction.$queryRaw<{ id: string }[]>`
      WITH own AS MATERIALIZED (
        SELECT id, "assignmentId" FROM "Seat" WHERE "assignmentId" = ${item.assignmentId}::uuid AND NOT "isDone" FOR UPDATE
      ), other AS (
        SELECT id, "assignmentId" FROM "Seat"
        WHERE NOT EXISTS (SELECT FROM own) AND "itemId" = ${item.itemId}::uuid AND NOT "isDone"
          AND "assignmentId" IS DISTINCT FROM ${item.assignmentId}::uuid AND ("heldUntil" IS NULL OR "heldUntil" <= now())
        ORDER BY "wantedUntil" > now() NULLS FIRST, round
        LIMIT 1 FOR UPDATE SKIP LOCKED
      ), seat AS (
        SELECT * FROM own UNION ALL SELECT * FROM other
      ), lost AS (
        UPDATE "Assignment" SET state = 'LAPSED' FROM seat
        WHERE "Assignment".id = seat."assignmentId" AND "Assignment".id <> ${item.assignmentId}::uuid AND state = 'LEASED'
      )
      UPDATE "Seat" SET "assignmentId" = ${item.assignmentId}::uuid, ${seatTimes(rater)}
      FROM seat WHERE "Seat".id = seat.id RETURNING "Seat".id`;
    if (seats.length === 0) {
      await transaction.$executeRaw`UPDATE "Assignment" SET state = 'LAPSED' WHERE id = ${item.assignmentId}::uuid`;
      return false;
    }
  }
  await transaction.$executeRaw`
    UPDATE "Assignment" SET state = 'LEASED', "leaseExpiresAt" = now() + make_interval(secs => ${rater.leaseSeconds})
    WHERE id = ${item.assignmentId}::uuid`;
  return true;
}

/** Whether everything is answered, or only in other people's hands. */
async function whyNone(transaction: SqlRunner, rater: LockedRater): Promise<LeaseEnd> {
  if (rater.answered >= rater.itemsPerRater) return "complete";
  const [row] = await transaction.$queryRaw<{ waits: boolean }[]>`
    SELECT EXISTS (
      SELECT FROM "Seat" s WHERE s."studyId" = ${rater.studyId}::uuid AND NOT s."isDone"
        AND ${hasAllImages(Prisma.sql`s."itemId"`)}
        AND NOT EXISTS (SELECT FROM "Assignment" own WHERE own."itemId" = s."itemId" AND own."raterId" = ${rater.raterId}::uuid
                        AND own.state IN ('DONE', 'SKIPPED'))
    ) AS waits`;
  return row?.waits ? "nothing-open" : "complete";
}

async function describeLease(
  transaction: SqlRunner,
  rater: LockedRater,
  { items, last, end }: { items: readonly HeldItem[]; last: LastAnswer | null; end: LeaseEnd | null },
): Promise<Lease> {
  if (end === "complete" && rater.answered > 0) {
    await transaction.$executeRaw`
      UPDATE "Rater" SET "finishedAt" = now() WHERE id = ${rater.raterId}::uuid AND "finishedAt" IS NULL`;
  }
  const control = qualityControl.parse(rater.qualityControl);
  const isTraining = control.trainingItems > 0 && !rater.qualifiedAt && !rater.excludedAt;
  const held = items.filter((item) => item.kind !== "TRAINING").length;
  const ahead = end ? 0 : held + (await countOpenItems(transaction, rater));
  return {
    items: items.map(toAssignedItem),
    answered: rater.answered,
    asked: Math.min(rater.itemsPerRater, rater.answered + ahead),
    training: isTraining ? { answered: rater.trained, asked: control.trainingItems } : null,
    secondsPerAnswer: await secondsPerAnswer(rater, rater.studyId),
    minimumMs: Math.ceil(1000 * raterAccess.parse(rater.access).minimumSeconds),
    last: rater.excludedAt || rater.state !== "OPEN" ? null : last,
    end,
    completion: end && completionOf(rater, end),
  };
}

function completionOf(rater: LockedRater, end: LeaseEnd): Ending | null {
  if (end === "screened-out") return findEnding(rater.endings, "screenedOut");
  if (end === "excluded") return findEnding(rater.endings, "excluded");
  const isLate = rater.answered + rater.trained === 0;
  if (isLate) return findLateEnding(rater.endings, end === "closed" ? "closed" : "nothingLeft");
  if (end === "closed") return findEnding(rater.endings, "closed");
  return findEnding(rater.endings, end === "complete" && rater.answered > 0 ? "complete" : "nothingLeft");
}
