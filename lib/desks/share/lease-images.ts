/** Gives a captioner the next images of their share. */
import { randomBytes } from "node:crypto";
import type { Prisma } from "@/lib/generated/prisma/client";
import { wantRenditions } from "@/lib/platform/renditions/find-rendition";
import type { CaptionItem, CaptionLease } from "../captioner-requests";
import { unknownCaptioner } from "../unknown-captioner";
import { countFreePlaces, lockDesk, openPlaces, transactionAtDesk } from "./places";

/** Images in hand: the one on the screen, and those that its browser loads meanwhile. */
const inHand = 3;
/** Large enough for a phone’s screen; on a larger one it can be enlarged. */
export const captionerImageKind = "bare-512";
/** For how long a share waits for somebody who has written nothing yet. */
const newcomerHours = 1;

type Transaction = Prisma.TransactionClient;

/**
 * A share is a number of images; which ones they are is decided as they are given out. Only captions hold it: it waits for
 * `holdHours` after the last one, and an hour for somebody who has written none, whatever else they ask for. Then its rest goes to others;
 * whoever comes back takes up what is left.
 *
 * Images that several people are to caption come mixed with the others, evenly over the share, those first that the fewest
 * have; so everybody overlaps with several others.
 *
 * @param options.takesMore when the share is finished: as much again, as far as others have left images
 * @throws SemblanceError `not_signed_in` where the captioner was removed
 */
export async function leaseImages(
  captionerId: string,
  { takesMore = false }: { takesMore?: boolean } = {},
): Promise<CaptionLease> {
  return transactionAtDesk((transaction) => leaseWithin(transaction, captionerId, takesMore));
}

export async function leaseWithin(
  transaction: Transaction,
  captionerId: string,
  takesMore: boolean,
): Promise<CaptionLease> {
  const known = await transaction.captioner.findUnique({ where: { id: captionerId, revokedAt: null } });
  if (!known) throw unknownCaptioner();
  const { deskId } = known;
  await lockDesk(transaction, deskId);
  const { desk, heldUntil, ...captioner } = await transaction.captioner.findUniqueOrThrow({
    where: { id: captionerId },
    include: { desk: true },
  });
  let { quota } = captioner;
  let had = await transaction.captionTask.count({ where: { captionerId } });
  if (desk.state === "OPEN") {
    had -= await giveBack(transaction, { captionerId, deskImage: { image: { isExcluded: true } } });
    const hasLapsed = heldUntil === null || heldUntil <= new Date();
    if (hasLapsed) {
      had -= await giveBack(transaction, { captionerId });
      quota = had;
    }
    if (hasLapsed || (takesMore && had >= quota && !(await hasLeased(transaction, captionerId)))) {
      quota += Math.min(desk.share, await countFreePlaces(transaction, deskId, captionerId));
      await holdShare(transaction, captionerId, quota, hasLapsed ? newcomerHours : null);
    }
    had += await takeImages(transaction, { deskId, captionerId, quota, had });
  }
  const items = desk.state === "OPEN" ? await openItems(transaction, captionerId, desk) : [];
  const [done, skipped] = await Promise.all([
    countTasks(transaction, captionerId, "DONE"),
    countTasks(transaction, captionerId, "SKIPPED"),
  ]);
  const isFinished = items.length === 0 && desk.state === "OPEN";
  return {
    items,
    // Where no images were left for all of the share, it has become smaller.
    progress: { done, skipped, share: isFinished ? done + skipped : quota },
    mayContinue: isFinished && (await countFreePlaces(transaction, deskId, captionerId)) > 0,
    isClosed: desk.state === "CLOSED",
  };
}

/** Keeps the share for another while: after a caption. */
export async function renewHold(
  transaction: Transaction,
  captionerId: string,
  holdHours: number,
): Promise<void> {
  await transaction.captioner.update({
    where: { id: captionerId },
    data: { heldUntil: new Date(Date.now() + holdHours * 3_600_000) },
  });
}

async function holdShare(
  transaction: Transaction,
  captionerId: string,
  quota: number,
  hours: number | null,
): Promise<void> {
  await transaction.captioner.update({
    where: { id: captionerId },
    data: { quota, ...(hours === null ? {} : { heldUntil: new Date(Date.now() + hours * 3_600_000) }) },
  });
}

/** What somebody had in hand when their time was over, or that was excluded meanwhile. @returns how many images */
async function giveBack(
  transaction: Transaction,
  whose: Prisma.CaptionTaskWhereInput & { captionerId: string },
): Promise<number> {
  const { count } = await transaction.captionTask.deleteMany({ where: { ...whose, state: "LEASED" } });
  return count;
}

async function hasLeased(transaction: Transaction, captionerId: string): Promise<boolean> {
  return (await countTasks(transaction, captionerId, "LEASED")) > 0;
}

function countTasks(transaction: Transaction, captionerId: string, state: "LEASED" | "DONE" | "SKIPPED") {
  return transaction.captionTask.count({ where: { captionerId, state } });
}

/** @returns how many were taken */
async function takeImages(
  transaction: Transaction,
  { deskId, captionerId, quota, had }: { deskId: string; captionerId: string; quota: number; had: number },
): Promise<number> {
  const leased = await countTasks(transaction, captionerId, "LEASED");
  const taken: string[] = [];
  while (leased + taken.length < inHand && had + taken.length < quota) {
    const [place] = await transaction.$queryRaw<{ id: string; sha256: string }[]>`
      WITH given AS (
        SELECT count(*)::float8 AS all, count(*) FILTER (WHERE i.wanted > 1)::float8 AS shared
        FROM "CaptionTask" t JOIN "DeskImage" i ON i.id = t."deskImageId" WHERE t."captionerId" = ${captionerId}::uuid
      ), wanted AS (
        SELECT sum(wanted)::float8 AS all, COALESCE(sum(wanted) FILTER (WHERE wanted > 1), 0)::float8 AS shared
        FROM "DeskImage" WHERE "deskId" = ${deskId}::uuid
      )
      SELECT place.id, place.sha256 FROM ${openPlaces(deskId)} place, given, wanted
      WHERE NOT EXISTS (SELECT FROM "CaptionTask" own
                        WHERE own."deskImageId" = place.id AND own."captionerId" = ${captionerId}::uuid)
      ORDER BY (place.wanted > 1) = (given.shared < (given.all + 1) * wanted.shared / wanted.all) DESC, place.open DESC, random()
      LIMIT 1`;
    if (!place) break;
    await transaction.captionTask.create({
      data: { deskImageId: place.id, captionerId, imageToken: randomBytes(16).toString("base64url") },
    });
    taken.push(place.sha256);
  }
  await wantRenditions(taken, captionerImageKind, transaction);
  return taken.length;
}

/** Images in hand, and those that still lack some of several captions. */
async function openItems(
  transaction: Transaction,
  captionerId: string,
  { captionsPerImage, showsDrafts }: { captionsPerImage: number; showsDrafts: boolean },
): Promise<CaptionItem[]> {
  const tasks = await transaction.$queryRaw<{ id: string }[]>`
    SELECT t.id FROM "CaptionTask" t JOIN "DeskImage" i ON i.id = t."deskImageId" JOIN "Image" image ON image.id = i."imageId"
    WHERE t."captionerId" = ${captionerId}::uuid AND NOT image."isExcluded" AND (t.state = 'LEASED' OR (t.state = 'DONE'
      AND (SELECT count(*) FROM "DeskCaption" c WHERE c."taskId" = t.id) < ${captionsPerImage}))
    ORDER BY t.state = 'LEASED', t."leasedAt", t.id LIMIT ${2 * inHand}`;
  const items = await readItems(
    transaction,
    tasks.map(({ id }) => id),
    showsDrafts,
  );
  const byId = new Map(items.map((item) => [item.taskId, item]));
  return tasks.flatMap(({ id }) => byId.get(id) ?? []);
}

/** As their captioner sees them, in no order. */
export async function readItems(
  transaction: Transaction,
  taskIds: readonly string[],
  showsDrafts: boolean,
): Promise<CaptionItem[]> {
  const tasks = await transaction.captionTask.findMany({
    where: { id: { in: [...taskIds] } },
    include: { deskImage: { select: { draft: true } }, captions: { orderBy: { position: "asc" } } },
  });
  return tasks.map(({ id, imageToken, state, deskImage, captions }) => ({
    taskId: id,
    imageToken,
    isSkipped: state === "SKIPPED",
    draft: showsDrafts ? deskImage.draft : null,
    captions: captions.map(({ position, text, tokenCount, review }) => ({
      position,
      text,
      tokenCount,
      isReviewed: review !== "PENDING",
    })),
  }));
}
