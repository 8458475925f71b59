/** The places at a desk: an image that three people are to caption has three. */
import { Prisma } from "@/lib/generated/prisma/client";
import { db, type Transaction } from "@/lib/platform/database/db";
import type { SqlRunner } from "@/lib/platform/database/prepared-transaction";
import { inLine } from "@/lib/platform/database/waiting-line";

/** An image that so many people have passed over is given to nobody else, and shown to staff. */
export const skipsThatSetAside = 2;

/**
 * For `FROM`: images of a desk with a place that nobody holds, as (id, sha256, wanted, open); excluded ones have none. A place is held by whoever has written a
 * caption, and by whoever has the image in hand while their share waits for them.
 */
export const openPlaces = (deskId: string) => Prisma.sql`(
  SELECT * FROM (
    SELECT i.id, image."blobSha256" AS sha256, i.wanted,
           i.wanted - count(t.id) FILTER (WHERE t.state = 'DONE' OR (
             t.state = 'LEASED' AND holder."heldUntil" > now() AND holder."revokedAt" IS NULL))::int AS open,
           count(t.id) FILTER (WHERE t.state = 'SKIPPED') AS skips
    FROM "DeskImage" i JOIN "Image" image ON image.id = i."imageId" AND NOT image."isExcluded"
    LEFT JOIN "CaptionTask" t ON t."deskImageId" = i.id
    LEFT JOIN "Captioner" holder ON holder.id = t."captionerId"
    WHERE i."deskId" = ${deskId}::uuid GROUP BY i.id, image.id
  ) place WHERE place.open > 0 AND place.skips < ${skipsThatSetAside}
)`;

/**
 * How many more images a person may be given without taking from the shares of those who are at work: at most the number of
 * images that they have not had.
 */
export async function countFreePlaces(
  transaction: SqlRunner,
  deskId: string,
  captionerId: string | null,
): Promise<number> {
  const [row] = await transaction.$queryRaw<{ free: number }[]>`
    SELECT LEAST(places.fresh, places.open - reserved.places)::int AS free
    FROM (
      SELECT COALESCE(sum(place.open), 0) AS open, count(*) FILTER (WHERE NOT EXISTS (
        SELECT FROM "CaptionTask" own WHERE own."deskImageId" = place.id AND own."captionerId" = ${captionerId}::uuid)) AS fresh
      FROM ${openPlaces(deskId)} place
    ) places, (
      SELECT COALESCE(sum(GREATEST(0, c.quota - (SELECT count(*) FROM "CaptionTask" t WHERE t."captionerId" = c.id))), 0) AS places
      FROM "Captioner" c
      WHERE c."deskId" = ${deskId}::uuid AND c."heldUntil" > now() AND c."revokedAt" IS NULL
        AND c.id IS DISTINCT FROM ${captionerId}::uuid
    ) reserved`;
  return Math.max(0, row!.free);
}

/** For what a captioner's browser asks: they all wait for a desk's lock. */
export function transactionAtDesk<Result>(
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  return inLine("captioning", () => db.$transaction(work));
}

/** Whoever gives out or takes places of a desk waits for whoever does so now. */
export async function lockDesk(transaction: SqlRunner, deskId: string): Promise<void> {
  await transaction.$queryRaw`SELECT FROM "Desk" WHERE id = ${deskId}::uuid FOR NO KEY UPDATE`;
}
