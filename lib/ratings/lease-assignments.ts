/** Hands a rater the items to judge next: who gets what, and in which places, is decided in one transaction. */
import { randomBytes, randomInt } from "node:crypto";
import { inPreparedTransaction, type SqlRunner } from "@/lib/database/prepared-transaction";
import { Prisma } from "@/lib/generated/prisma/client";
import { type QualityControl, qualityControl } from "../studies/quality-control";
import type { LastAnswer, Lease, LeaseEnd } from "./assigned-item";
import { drawContest } from "./draw-contest";
import { type HeldItem, heldItemColumns, toAssignedItem } from "./held-item";
import { findLastAnswer } from "./last-answer";
import { lockRater } from "./lock-rater";
import { type CheckKind, dueChecks, planChecks } from "./planned-checks";
import { secondsPerAnswer } from "./seconds-per-answer";

/** One item on the screen, one preloaded behind it. */
const itemsInHand = 2;

/**
 * Renews the rater's running leases, takes lapsed ones up again where their seat is free, and adds items until the
 * rater holds two: first the training round, then regular items with the planned checks among them. A regular item
 * has as many seats as the study asks for people; a seat is free unless it is answered or a lease on it runs. A
 * rater never gets an item twice, planned repeats apart.
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
    describeLease(rater, { items, last, end });
  if (rater.excludedAt) return describe([], "screened-out");
  if (rater.state !== "OPEN") return describe([], "closed");

  const held = await takeUp(transaction, rater, own);
  while (held.length < itemsInHand) {
    const added = await leaseNext(transaction, rater, held);
    if (!added) break;
    held.push(added);
    if (added.kind === "REGULAR" && !added.isRepeat) rater.open--;
  }
  return describe(held, held.length === 0 ? await whyNone(transaction, rater) : null);
}

/** The rater as the transaction that locked them sees them. */
type LockedRater = {
  raterId: string;
  studyId: string;
  state: string;
  itemsPerRater: number;
  leaseSeconds: number;
  ratersPerItem: number;
  pairChoice: "BALANCED" | "ACTIVE";
  qualityControl: unknown;
  completionCode: string | null;
  completionUrl: string | null;
  screenedOutUrl: string | null;
  excludedAt: Date | null;
  qualifiedAt: Date | null;
  /** Answers outside the training round, and within it. */
  answered: number;
  trained: number;
  /** Checks given so far, answered or not. */
  given: Record<CheckKind, number>;
  /** Median time per answer; null before the first. */
  seconds: number | null;
  /** Regular items that this rater could still be given, counted no further than needed. */
  open: number;
};

/** Seats of study `s` that rater `r` could be given. */
const freeSeats = Prisma.sql`
  SELECT seat."itemId" FROM "Seat" seat
  WHERE seat."studyId" = s.id AND NOT seat."isDone" AND (seat."heldUntil" IS NULL OR seat."heldUntil" <= now())
    AND NOT EXISTS (SELECT FROM "Assignment" own WHERE own."itemId" = seat."itemId" AND own."raterId" = r.id)`;

async function readRater(transaction: SqlRunner, raterId: string): Promise<LockedRater> {
  const [rater] = await transaction.$queryRaw<LockedRater[]>`
    SELECT r.id AS "raterId", r."excludedAt", r."qualifiedAt", s.id AS "studyId", s.state::text AS state,
           s."itemsPerRater", s."leaseSeconds", s."ratersPerItem", s."pairChoice"::text AS "pairChoice", s."qualityControl",
           s."completionCode", s."completionUrl", s."screenedOutUrl",
           done.answered, done.trained, done.seconds, done.given, open.items AS open
    FROM "Rater" r JOIN "Study" s ON s.id = r."studyId",
    LATERAL (
      SELECT count(own.latency) FILTER (WHERE own.kind <> 'TRAINING')::int AS answered,
             count(own.latency) FILTER (WHERE own.kind = 'TRAINING')::int AS trained,
             percentile_cont(0.5) WITHIN GROUP (ORDER BY own.latency) / 1000 AS seconds,
             jsonb_build_object('gold', count(*) FILTER (WHERE own.kind = 'GOLD'),
                                'attention', count(*) FILTER (WHERE own.kind = 'ATTENTION'),
                                'repeat', count(*) FILTER (WHERE own."isRepeat")) AS given
      FROM (
        SELECT i.kind, a."isRepeat", given."latencyMs" AS latency
        FROM "Assignment" a JOIN "Item" i ON i.id = a."itemId" LEFT JOIN "Rating" given ON given."assignmentId" = a.id
        WHERE a."raterId" = r.id
      ) own
    ) done,
    LATERAL (SELECT greatest(s."itemsPerRater" - done.answered, 0) AS items) wanted,
    LATERAL (
      -- The last round is given out last and has one seat of every item, so that few of its seats tell it mostly.
      SELECT CASE
        WHEN (SELECT count(*) FROM (${freeSeats} AND seat.round = s."ratersPerItem" - 1 LIMIT wanted.items) few) = wanted.items
        THEN wanted.items
        ELSE (SELECT count(DISTINCT free."itemId")::int FROM (${freeSeats}) free)
      END AS items
    ) open
    WHERE r.id = ${raterId}::uuid`;
  if (!rater) throw new Error(`rater ${raterId} vanished`);
  return rater;
}

type OwnLease = HeldItem & { isFresh: boolean; hasSeat: boolean };

/** The rater's own unanswered assignments, oldest first. */
function findOwnLeases(transaction: SqlRunner, raterId: string): Promise<OwnLease[]> {
  return transaction.$queryRaw<OwnLease[]>`
    SELECT ${heldItemColumns}, i.kind = 'REGULAR' AND NOT a."isRepeat" AS "hasSeat",
           a.state = 'LEASED' AND a."leaseExpiresAt" > now() + make_interval(secs => s."leaseSeconds" / 2) AS "isFresh"
    FROM "Assignment" a JOIN "Item" i ON i.id = a."itemId" JOIN "Criterion" c ON c.id = i."criterionId"
    JOIN "Study" s ON s.id = i."studyId"
    WHERE a."raterId" = ${raterId}::uuid AND a.state IN ('LEASED', 'LAPSED')
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
    if (item.isFresh || (await renewLease(transaction, rater, item))) held.push(item);
  }
  return held;
}

/** False where every seat of the item was answered by, or is in the hands of, somebody else. */
async function renewLease(
  transaction: SqlRunner,
  rater: LockedRater,
  item: HeldItem & { hasSeat: boolean },
): Promise<boolean> {
  if (item.hasSeat) {
    const seats = await transaction.$queryRaw<{ id: string }[]>`
      UPDATE "Seat" SET "assignmentId" = ${item.assignmentId}::uuid,
                        "heldUntil" = now() + make_interval(secs => ${rater.leaseSeconds})
      WHERE id = (
        SELECT id FROM "Seat"
        WHERE "itemId" = ${item.itemId}::uuid AND NOT "isDone"
          AND ("assignmentId" = ${item.assignmentId}::uuid OR "heldUntil" IS NULL OR "heldUntil" <= now())
        ORDER BY "assignmentId" = ${item.assignmentId}::uuid DESC NULLS LAST, round
        LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING id`;
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

/** Leases what comes next in the rater's sequence; null where nothing is left to give. */
async function leaseNext(
  transaction: SqlRunner,
  rater: LockedRater,
  held: readonly HeldItem[],
): Promise<HeldItem | null> {
  const control = qualityControl.parse(rater.qualityControl);
  const heldTraining = held.filter((item) => item.kind === "TRAINING").length;
  if (control.trainingItems > 0 && !rater.qualifiedAt) {
    // The rest begins once the training round is answered and passed.
    return rater.trained + heldTraining < control.trainingItems
      ? leaseCheck(transaction, rater, "TRAINING", heldTraining)
      : null;
  }
  const place = rater.answered + held.length;
  if (place >= rater.itemsPerRater) return null;
  for (const kind of dueChecks(await plannedChecks(transaction, rater, control), place, rater.given)) {
    const check = await leasePlanned(transaction, rater, kind, place);
    if (!check) continue;
    rater.given[kind]++;
    return check;
  }
  return leaseRegular(transaction, rater, place);
}

async function plannedChecks(
  transaction: SqlRunner,
  rater: LockedRater,
  control: QualityControl,
): Promise<Map<number, CheckKind>> {
  const checks = control.goldItems + control.attentionChecks + control.repeats;
  if (checks === 0) return new Map();
  const [items] = await transaction.$queryRaw<{ regular: number }[]>`
    SELECT count(*)::int AS regular FROM "Item" WHERE "studyId" = ${rater.studyId}::uuid AND kind = 'REGULAR'`;
  return planChecks(rater.raterId, Math.min(rater.itemsPerRater, (items?.regular ?? 0) + checks), control);
}

async function leasePlanned(
  transaction: SqlRunner,
  rater: LockedRater,
  check: CheckKind,
  place: number,
): Promise<HeldItem | null> {
  if (check === "gold") return leaseCheck(transaction, rater, "GOLD", place);
  if (check === "attention") return leaseCheck(transaction, rater, "ATTENTION", place);
  return leaseRepeat(transaction, rater, place);
}

/** Free seats of the round that is furthest behind come first, from a random place on, so that raters who start together spread. */
async function leaseRegular(
  transaction: SqlRunner,
  rater: LockedRater,
  place: number,
): Promise<HeldItem | null> {
  const contest = rater.pairChoice === "ACTIVE" ? await drawContest(rater.studyId) : null;
  const start = randomInt(2 ** 31 - 1);
  const claim = (condition: Prisma.Sql) => transaction.$queryRaw<HeldItem[]>`
    WITH seat AS (
      SELECT free.* FROM generate_series(0, 2 * ${rater.ratersPerItem}::int - 1) AS step,
      LATERAL (
        SELECT s.id, s."itemId", s.placement, s."assignmentId" FROM "Seat" s
        WHERE s."studyId" = ${rater.studyId}::uuid AND NOT s."isDone" ${condition}
          AND s.round = step / 2 AND s.shuffle >= ${start}::int * (1 - step % 2)
          AND s.shuffle < CASE step % 2 WHEN 0 THEN 2147483647 ELSE ${start}::int END
          AND (s."heldUntil" IS NULL OR s."heldUntil" <= now())
          AND NOT EXISTS (SELECT FROM "Assignment" own WHERE own."itemId" = s."itemId" AND own."raterId" = ${rater.raterId}::uuid)
        ORDER BY s.shuffle LIMIT 1 FOR UPDATE OF s SKIP LOCKED
      ) free
      LIMIT 1
    ), lost AS (
      UPDATE "Assignment" SET state = 'LAPSED' FROM seat WHERE "Assignment".id = seat."assignmentId" AND state = 'LEASED'
    ), a AS (
      INSERT INTO "Assignment" (id, "itemId", "raterId", placement, "pictureTokens", ordinal, "leaseExpiresAt")
      SELECT gen_random_uuid(), seat."itemId", ${rater.raterId}::uuid, seat.placement,
             (${pictureTokens()}::text[])[1:cardinality(seat.placement)], ${rater.trained + place},
             now() + make_interval(secs => ${rater.leaseSeconds})
      FROM seat RETURNING *
    ), taken AS (
      UPDATE "Seat" SET "assignmentId" = a.id, "heldUntil" = a."leaseExpiresAt" FROM a, seat WHERE "Seat".id = seat.id
    )
    SELECT ${heldItemColumns}
    FROM a JOIN "Item" i ON i.id = a."itemId" JOIN "Criterion" c ON c.id = i."criterionId"`;
  const chosen = contest
    ? await claim(
        Prisma.sql`AND EXISTS (SELECT FROM "Item" i WHERE i.id = s."itemId" AND i.contest = ${contest})`,
      )
    : [];
  return chosen[0] ?? (await claim(Prisma.empty))[0] ?? null;
}

/** A check of the study that this rater has not had; checks have no seats, any number of people get them. */
async function leaseCheck(
  transaction: SqlRunner,
  rater: LockedRater,
  kind: "TRAINING" | "GOLD" | "ATTENTION",
  place: number,
): Promise<HeldItem | null> {
  // Everybody trains on the same items in the same order; other checks come in an order of the rater's own.
  const order = kind === "TRAINING" ? Prisma.sql`i.contest` : Prisma.sql`md5(i.id::text || ${rater.raterId})`;
  const [item] = await transaction.$queryRaw<{ id: string; pictures: number }[]>`
    SELECT i.id, (SELECT count(*)::int FROM "ItemPicture" p WHERE p."itemId" = i.id) AS pictures FROM "Item" i
    WHERE i."studyId" = ${rater.studyId}::uuid AND i.kind = ${kind}::"ItemKind"
      AND NOT EXISTS (SELECT FROM "Assignment" own WHERE own."itemId" = i.id AND own."raterId" = ${rater.raterId}::uuid)
    ORDER BY ${order} LIMIT 1`;
  if (!item) return null;
  return insertWithoutSeat(transaction, rater, {
    itemId: item.id,
    placement: shuffledPlaces(item.pictures),
    isRepeat: false,
    ordinal: rater.trained + place,
  });
}

/** The rater's earliest answer to several pictures that was not repeated yet, its places reversed. */
async function leaseRepeat(
  transaction: SqlRunner,
  rater: LockedRater,
  place: number,
): Promise<HeldItem | null> {
  const latest = rater.trained + place - 3;
  const [earlier] = await transaction.$queryRaw<{ itemId: string; placement: number[] }[]>`
    SELECT a."itemId", a.placement FROM "Assignment" a JOIN "Item" i ON i.id = a."itemId"
    WHERE a."raterId" = ${rater.raterId}::uuid AND a.state = 'DONE' AND NOT a."isRepeat" AND i.kind = 'REGULAR'
      AND cardinality(a.placement) > 1 AND a.ordinal <= ${latest}
      AND NOT EXISTS (SELECT FROM "Assignment" again WHERE again."itemId" = a."itemId" AND again."raterId" = a."raterId" AND again."isRepeat")
    ORDER BY a.ordinal LIMIT 1`;
  if (!earlier) return null;
  return insertWithoutSeat(transaction, rater, {
    itemId: earlier.itemId,
    placement: [...earlier.placement].reverse(),
    isRepeat: true,
    ordinal: rater.trained + place,
  });
}

async function insertWithoutSeat(
  transaction: SqlRunner,
  rater: LockedRater,
  assignment: { itemId: string; placement: number[]; isRepeat: boolean; ordinal: number },
): Promise<HeldItem | null> {
  const [held] = await transaction.$queryRaw<HeldItem[]>`
    WITH a AS (
      INSERT INTO "Assignment" (id, "itemId", "raterId", placement, "pictureTokens", "isRepeat", ordinal, "leaseExpiresAt")
      VALUES (gen_random_uuid(), ${assignment.itemId}::uuid, ${rater.raterId}::uuid, ${assignment.placement}::int[],
              ${pictureTokens().slice(0, assignment.placement.length)}::text[], ${assignment.isRepeat}, ${assignment.ordinal},
              now() + make_interval(secs => ${rater.leaseSeconds}))
      RETURNING *
    )
    SELECT ${heldItemColumns}
    FROM a JOIN "Item" i ON i.id = a."itemId" JOIN "Criterion" c ON c.id = i."criterionId"`;
  return held ?? null;
}

/** Whether everything is answered, or only in other people's hands. */
async function whyNone(transaction: SqlRunner, rater: LockedRater): Promise<LeaseEnd> {
  if (rater.answered >= rater.itemsPerRater) return "complete";
  const [row] = await transaction.$queryRaw<{ waits: boolean }[]>`
    SELECT EXISTS (
      SELECT FROM "Seat" s WHERE s."studyId" = ${rater.studyId}::uuid AND NOT s."isDone"
        AND NOT EXISTS (SELECT FROM "Assignment" own WHERE own."itemId" = s."itemId" AND own."raterId" = ${rater.raterId}::uuid
                        AND own.state = 'DONE')
    ) AS waits`;
  return row?.waits ? "nothing-open" : "complete";
}

/** Opaque names, 128 random bits each, for as many pictures as one item may have. */
function pictureTokens(): string[] {
  return Array.from({ length: 12 }, () => randomBytes(16).toString("base64url"));
}

function shuffledPlaces(count: number): number[] {
  const places = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [places[last], places[other]] = [places[other]!, places[last]!];
  }
  return places;
}

async function describeLease(
  rater: LockedRater,
  { items, last, end }: { items: readonly HeldItem[]; last: LastAnswer | null; end: LeaseEnd | null },
): Promise<Lease> {
  const control = qualityControl.parse(rater.qualityControl);
  const isTraining = control.trainingItems > 0 && !rater.qualifiedAt && !rater.excludedAt;
  const ahead = items.filter((item) => item.kind !== "TRAINING").length + rater.open;
  return {
    items: items.map(toAssignedItem),
    answered: rater.answered,
    asked: end ? rater.answered : Math.min(rater.itemsPerRater, rater.answered + ahead),
    training: isTraining ? { answered: rater.trained, asked: control.trainingItems } : null,
    secondsPerAnswer: await secondsPerAnswer(rater, rater.studyId),
    last: end === "screened-out" || end === "closed" ? null : last,
    end,
    completion:
      end === "screened-out"
        ? { code: null, url: rater.screenedOutUrl }
        : end === "complete" || (end === "closed" && rater.answered > 0)
          ? { code: rater.completionCode, url: rater.completionUrl }
          : null,
  };
}
