/** Chooses and leases what a rater judges next: the training round, the planned checks, a regular item's free seat. */
import { randomBytes, randomInt } from "node:crypto";
import { Prisma } from "@/lib/generated/prisma/client";
import type { SqlRunner } from "@/lib/platform/database/prepared-transaction";
import { type QualityControl, qualityControl } from "@/lib/studies/design/quality-control";
import { type CheckKind, dueChecks, planChecks } from "../checks/planned-checks";
import { hasAllImages } from "../item/faulty-images";
import { type HeldItem, heldItemColumns } from "../item/held-item";
import { drawContest } from "./draw-contest";
import type { LockedRater } from "./locked-rater";

/** Leases what comes next in the rater's sequence; null where nothing is left to give. */
export async function leaseNext(
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
    SELECT count(*)::int AS regular FROM (
      SELECT FROM "Item" WHERE "studyId" = ${rater.studyId}::uuid AND kind = 'REGULAR' LIMIT ${rater.itemsPerRater}
    ) few`;
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

/** Sets how long a seat is held for the rater, or wanted by them where they have not earned a hold. */
export function seatTimes({ holdSeconds, leaseSeconds }: LockedRater): Prisma.Sql {
  return holdSeconds > 0
    ? Prisma.sql`"heldUntil" = now() + make_interval(secs => ${holdSeconds}::float8), "wantedUntil" = NULL`
    : Prisma.sql`"heldUntil" = NULL, "wantedUntil" = now() + make_interval(secs => ${leaseSeconds}::float8)`;
}

/** Seats that nobody else has before them. */
const unwanted = Prisma.sql`AND (s."wantedUntil" IS NULL OR s."wantedUntil" <= now())`;

/**
 * Free seats of the round that is furthest behind come first, from a random place on, so that raters who start together
 * spread. Within a round those come first on which the arms of a pair are the way that this rater has seen less often: over
 * a rater's answers to a pair of arms, each is on the left as often as on the right, to within one as long as the round has such seats.
 * Seats that others want come last of all.
 */
async function leaseRegular(
  transaction: SqlRunner,
  rater: LockedRater,
  place: number,
): Promise<HeldItem | null> {
  const contest = rater.pairChoice === "ACTIVE" ? await drawContest(rater.studyId) : null;
  const start = randomInt(2 ** 31 - 1);
  const claim = (condition: Prisma.Sql) => transaction.$queryRaw<HeldItem[]>`
    WITH surplus AS MATERIALIZED (
      SELECT i."criterionId", i.contest, sign(sum(CASE a.placement[1] WHEN 0 THEN 1 ELSE -1 END)) AS side
      FROM "Assignment" a JOIN "Item" i ON i.id = a."itemId"
      WHERE a."raterId" = ${rater.raterId}::uuid AND a.state IN ('LEASED', 'DONE') AND NOT a."isRepeat" AND i.kind = 'REGULAR'
        AND cardinality(a.placement) = 2
      GROUP BY i."criterionId", i.contest
    ), seat AS (
      SELECT free.* FROM generate_series(0, 4 * ${rater.ratersPerItem}::int - 1) AS step,
      LATERAL (
        SELECT s.id, s."itemId", s.placement, s."assignmentId" FROM "Seat" s
        WHERE s."studyId" = ${rater.studyId}::uuid AND NOT s."isDone" ${condition}
          AND s.round = step / 4 AND s.shuffle >= ${start}::int * (1 - step % 2)
          AND s.shuffle < CASE step % 2 WHEN 0 THEN 2147483647 ELSE ${start}::int END
          AND (s."heldUntil" IS NULL OR s."heldUntil" <= now()) AND ${hasAllImages(Prisma.sql`s."itemId"`)}
          AND (step % 4 > 1 OR NOT EXISTS (
            SELECT FROM surplus JOIN "Item" i ON i."criterionId" = surplus."criterionId" AND i.contest = surplus.contest
            WHERE i.id = s."itemId" AND surplus.side = CASE s.placement[1] WHEN 0 THEN 1 ELSE -1 END))
          AND NOT EXISTS (SELECT FROM "Assignment" own WHERE own."itemId" = s."itemId" AND own."raterId" = ${rater.raterId}::uuid)
        ORDER BY s.shuffle LIMIT 1 FOR UPDATE OF s SKIP LOCKED
      ) free
      LIMIT 1
    ), lost AS (
      UPDATE "Assignment" SET state = 'LAPSED' FROM seat WHERE "Assignment".id = seat."assignmentId" AND state = 'LEASED'
    ), a AS (
      INSERT INTO "Assignment" (id, "itemId", "raterId", placement, "imageTokens", ordinal, "leaseExpiresAt")
      SELECT gen_random_uuid(), seat."itemId", ${rater.raterId}::uuid, seat.placement,
             (${imageTokens()}::text[])[1:cardinality(seat.placement)], ${rater.trained + place},
             now() + make_interval(secs => ${rater.leaseSeconds})
      FROM seat RETURNING *
    ), taken AS (
      UPDATE "Seat" SET "assignmentId" = a.id, ${seatTimes(rater)} FROM a, seat WHERE "Seat".id = seat.id
    )
    SELECT ${heldItemColumns}
    FROM a JOIN "Item" i ON i.id = a."itemId" JOIN "Criterion" c ON c.id = i."criterionId"`;
  const chosen = contest
    ? await claim(
        Prisma.sql`${unwanted} AND EXISTS (SELECT FROM "Item" i WHERE i.id = s."itemId" AND i.contest = ${contest})`,
      )
    : [];
  return chosen[0] ?? (await claim(unwanted))[0] ?? (await claim(Prisma.empty))[0] ?? null;
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
  const [item] = await transaction.$queryRaw<{ id: string; images: number }[]>`
    SELECT i.id, (SELECT count(*)::int FROM "ItemImage" p WHERE p."itemId" = i.id) AS images FROM "Item" i
    WHERE i."studyId" = ${rater.studyId}::uuid AND i.kind = ${kind}::"ItemKind"
      AND NOT EXISTS (SELECT FROM "Assignment" own WHERE own."itemId" = i.id AND own."raterId" = ${rater.raterId}::uuid)
      AND ${hasAllImages(Prisma.sql`i.id`)}
    ORDER BY ${order} LIMIT 1`;
  if (!item) return null;
  return insertWithoutSeat(transaction, rater, {
    itemId: item.id,
    placement: shuffledPlaces(item.images),
    isRepeat: false,
    ordinal: rater.trained + place,
  });
}

/** The rater's earliest answer to several images that was not repeated yet, its places reversed. */
async function leaseRepeat(
  transaction: SqlRunner,
  rater: LockedRater,
  place: number,
): Promise<HeldItem | null> {
  const latest = rater.trained + place - 3;
  const [earlier] = await transaction.$queryRaw<{ itemId: string; placement: number[] }[]>`
    SELECT a."itemId", a.placement FROM "Assignment" a JOIN "Item" i ON i.id = a."itemId"
    WHERE a."raterId" = ${rater.raterId}::uuid AND a.state = 'DONE' AND NOT a."isRepeat" AND i.kind = 'REGULAR'
      AND cardinality(a.placement) > 1 AND a.ordinal <= ${latest} AND ${hasAllImages(Prisma.sql`a."itemId"`)}
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
      INSERT INTO "Assignment" (id, "itemId", "raterId", placement, "imageTokens", "isRepeat", ordinal, "leaseExpiresAt")
      VALUES (gen_random_uuid(), ${assignment.itemId}::uuid, ${rater.raterId}::uuid, ${assignment.placement}::int[],
              ${imageTokens().slice(0, assignment.placement.length)}::text[], ${assignment.isRepeat}, ${assignment.ordinal},
              now() + make_interval(secs => ${rater.leaseSeconds}))
      RETURNING *
    )
    SELECT ${heldItemColumns}
    FROM a JOIN "Item" i ON i.id = a."itemId" JOIN "Criterion" c ON c.id = i."criterionId"`;
  return held ?? null;
}

/** Opaque names, 128 random bits each, for as many images as one item may have. */
function imageTokens(): string[] {
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
