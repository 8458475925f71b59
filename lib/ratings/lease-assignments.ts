/** Hands a rater the pairs to judge next: who gets what, on which side, is decided in one transaction. */
import { randomBytes, randomInt } from "node:crypto";
import { db } from "@/lib/db";
import type { Prisma } from "@/lib/generated/prisma/client";

/** A pair as its rater's browser sees it: nothing here depends on which arm is which. */
export type AssignedPair = {
  assignmentId: string;
  caption: string;
  question: string;
  leftToken: string;
  rightToken: string;
};

export type Lease = {
  /** The pair to show now and the ones to preload, in order; empty when there is nothing left for this rater. */
  pairs: AssignedPair[];
  answered: number;
  /** Answers after which this rater is done: the study's limit, or fewer where fewer items are open to them. */
  asked: number;
};

/** One pair on the screen, one preloaded behind it. */
const pairsInHand = 2;

/**
 * Renews the rater's live leases, takes lapsed ones up again where nobody else has, and adds items until the rater
 * holds two. An item is never handed to more people than the study asks for, counting those who answered and those
 * whose lease still runs; a rater never gets an item twice.
 */
export async function leaseAssignments(raterId: string): Promise<Lease> {
  return db.$transaction(async (transaction) => {
    const rater = await lockRater(transaction, raterId);
    const answered = await transaction.assignment.count({ where: { raterId, state: "DONE" } });
    if (rater.state !== "OPEN") return { pairs: [], answered, asked: answered };

    const inHand = await renewOwnLeases(transaction, rater);
    const wanted = Math.min(pairsInHand, rater.itemsPerRater - answered);
    while (inHand.length < wanted) {
      const added = await leaseOneItem(transaction, rater, answered + inHand.length);
      if (!added) break;
      inHand.push(added);
    }
    const pairs = await describePairs(transaction, inHand.slice(0, wanted));
    const open = pairs.length < wanted ? 0 : await countOpenItems(transaction, rater);
    return { pairs, answered, asked: Math.min(rater.itemsPerRater, answered + pairs.length + open) };
  });
}

type LockedRater = {
  raterId: string;
  studyId: string;
  state: string;
  ratersPerItem: number;
  itemsPerRater: number;
  leaseSeconds: number;
};

/** Two tabs of one rater wait for each other here, so that both show the same pair. */
async function lockRater(transaction: Prisma.TransactionClient, raterId: string): Promise<LockedRater> {
  const [rater] = await transaction.$queryRaw<LockedRater[]>`
    SELECT r.id AS "raterId", s.id AS "studyId", s.state::text AS state,
           s."ratersPerItem", s."itemsPerRater", s."leaseSeconds"
    FROM "Rater" r JOIN "Study" s ON s.id = r."studyId"
    WHERE r.id = ${raterId}::uuid
    FOR UPDATE OF r`;
  if (!rater) throw new Error(`rater ${raterId} vanished`);
  return rater;
}

/** Ids of the rater's own unanswered assignments, oldest first, each with a fresh lease. */
async function renewOwnLeases(transaction: Prisma.TransactionClient, rater: LockedRater): Promise<string[]> {
  const own = await transaction.assignment.findMany({
    where: { raterId: rater.raterId, state: { in: ["LEASED", "LAPSED"] } },
    orderBy: { ordinal: "asc" },
    select: { id: true, itemId: true },
  });
  // In one order for everybody: two raters who come back to the same items must not wait for each other.
  const itemIds = own.map((assignment) => assignment.itemId);
  await transaction.$queryRaw`SELECT id FROM "Item" WHERE id = ANY(${itemIds}::uuid[]) ORDER BY id FOR UPDATE`;
  const renewed: string[] = [];
  for (const assignment of own) {
    const others = await countTaken(transaction, assignment.itemId, rater.raterId);
    const free = others < rater.ratersPerItem && renewed.length < pairsInHand;
    await transaction.$executeRaw`
      UPDATE "Assignment"
      SET state = ${free ? "LEASED" : "LAPSED"}::"AssignmentState",
          "leaseExpiresAt" = CASE WHEN ${free} THEN now() + make_interval(secs => ${rater.leaseSeconds}) ELSE "leaseExpiresAt" END
      WHERE id = ${assignment.id}::uuid`;
    if (free) renewed.push(assignment.id);
  }
  return renewed;
}

/** People other than `exceptRaterId` who have answered an item or hold a running lease on it. */
async function countTaken(
  transaction: Prisma.TransactionClient,
  itemId: string,
  exceptRaterId: string,
): Promise<number> {
  const [row] = await transaction.$queryRaw<{ taken: number }[]>`
    SELECT count(*)::int AS taken FROM "Assignment"
    WHERE "itemId" = ${itemId}::uuid AND "raterId" <> ${exceptRaterId}::uuid
      AND (state = 'DONE' OR (state = 'LEASED' AND "leaseExpiresAt" > now()))`;
  return row?.taken ?? 0;
}

/**
 * Leases the least answered open item, ties broken at random, and returns the new assignment's id.
 * The lock skips items that somebody else is being handed at this moment, so that a hundred simultaneous starts
 * spread over the items instead of queueing for one; the count is taken again under the lock, because the first
 * one may be older than another rater's commit.
 */
async function leaseOneItem(
  transaction: Prisma.TransactionClient,
  rater: LockedRater,
  ordinal: number,
): Promise<string | null> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const [item] = await transaction.$queryRaw<{ id: string }[]>`
      SELECT i.id FROM "Item" i
      WHERE i."studyId" = ${rater.studyId}::uuid
        AND NOT EXISTS (SELECT 1 FROM "Assignment" own WHERE own."itemId" = i.id AND own."raterId" = ${rater.raterId}::uuid)
        AND (SELECT count(*) FROM "Assignment" a WHERE a."itemId" = i.id
             AND (a.state = 'DONE' OR (a.state = 'LEASED' AND a."leaseExpiresAt" > now()))) < ${rater.ratersPerItem}
      ORDER BY (SELECT count(*) FROM "Assignment" a WHERE a."itemId" = i.id
             AND (a.state = 'DONE' OR (a.state = 'LEASED' AND a."leaseExpiresAt" > now()))), random()
      LIMIT 1
      FOR UPDATE OF i SKIP LOCKED`;
    if (!item) return null;
    if ((await countTaken(transaction, item.id, rater.raterId)) >= rater.ratersPerItem) continue;
    // Whoever let a lease on this item run out has lost it to this rater.
    await transaction.$executeRaw`
      UPDATE "Assignment" SET state = 'LAPSED'
      WHERE "itemId" = ${item.id}::uuid AND state = 'LEASED' AND "leaseExpiresAt" <= now()`;
    const [assignment] = await transaction.$queryRaw<{ id: string }[]>`
      INSERT INTO "Assignment" (id, "itemId", "raterId", "firstOnLeft", "leftToken", "rightToken", ordinal, "leaseExpiresAt")
      VALUES (gen_random_uuid(), ${item.id}::uuid, ${rater.raterId}::uuid, ${await chooseSide(transaction, item.id)},
              ${pictureToken()}, ${pictureToken()}, ${ordinal}, now() + make_interval(secs => ${rater.leaseSeconds}))
      RETURNING id::text`;
    return assignment?.id ?? null;
  }
  return null;
}

/** The side that the item's first arm has been on less often among finished and live assignments; a coin decides ties. */
async function chooseSide(transaction: Prisma.TransactionClient, itemId: string): Promise<boolean> {
  const [row] = await transaction.$queryRaw<{ balance: number }[]>`
    SELECT coalesce(sum(CASE WHEN "firstOnLeft" THEN 1 ELSE -1 END), 0)::int AS balance
    FROM "Assignment" WHERE "itemId" = ${itemId}::uuid AND state <> 'LAPSED'`;
  const balance = row?.balance ?? 0;
  return balance === 0 ? randomInt(2) === 0 : balance < 0;
}

function pictureToken(): string {
  return randomBytes(16).toString("base64url");
}

async function describePairs(
  transaction: Prisma.TransactionClient,
  assignmentIds: string[],
): Promise<AssignedPair[]> {
  const rows = await transaction.assignment.findMany({
    where: { id: { in: assignmentIds } },
    orderBy: { ordinal: "asc" },
    select: {
      id: true,
      leftToken: true,
      rightToken: true,
      item: { select: { captionText: true, criterion: { select: { question: true } } } },
    },
  });
  return rows.map((row) => ({
    assignmentId: row.id,
    caption: row.item.captionText,
    question: row.item.criterion.question,
    leftToken: row.leftToken,
    rightToken: row.rightToken,
  }));
}

/** Items that this rater does not hold or know and that still want answers. */
async function countOpenItems(transaction: Prisma.TransactionClient, rater: LockedRater): Promise<number> {
  const [row] = await transaction.$queryRaw<{ open: number }[]>`
    SELECT count(*)::int AS open FROM "Item" i
    WHERE i."studyId" = ${rater.studyId}::uuid
      AND NOT EXISTS (SELECT 1 FROM "Assignment" own WHERE own."itemId" = i.id AND own."raterId" = ${rater.raterId}::uuid)
      AND (SELECT count(*) FROM "Assignment" a WHERE a."itemId" = i.id
           AND (a.state = 'DONE' OR (a.state = 'LEASED' AND a."leaseExpiresAt" > now()))) < ${rater.ratersPerItem}`;
  return row?.open ?? 0;
}
