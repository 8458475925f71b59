/** An item with a lost or damaged image blocks nobody: raters get other items until the file is restored. */
import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { blobStore } from "@/lib/platform/storage/store-blob";
import { reportItem } from "@/lib/rating/answer/report-item";
import { readBlindImage, takeBackRestoredImages } from "@/lib/rating/item/faulty-images";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";
import { listReportedItems } from "@/lib/votes/list/list-item-reports";
import { withTestDatabase } from "@/tests/database";
import { createOpenStudy } from "@/tests/lib/studies/plan/open-study-fixture";
import { answerAll, checkAnswer, join } from "../rater-at-work";

const { db } = await withTestDatabase();

const imagesOf = (itemId: string) =>
  db.itemImage.findMany({ where: { itemId }, orderBy: { position: "asc" } });

/** @returns what puts the file back */
async function spoil(sha256: string, how: "lost" | "damaged"): Promise<() => Promise<unknown>> {
  const { path } = await blobStore().toLocalFile(sha256);
  const bytes = await blobStore()
    .read(sha256)
    .then(async (stream) => Buffer.concat(await stream.toArray()));
  if (how === "lost") await blobStore().delete(sha256);
  else writeFileSync(path, bytes.subarray(0, bytes.length - 1));
  return () => blobStore().put(bytes);
}

describe.each(["lost", "damaged"] as const)("an image that is %s", (how) => {
  test("is reported as gone; nobody gets its item until the file is restored", async () => {
    const { inviteToken, itemIds } = await createOpenStudy(db, {
      withFiles: true,
      captions: 3,
      ratersPerItem: 2,
    });
    const first = await join(inviteToken);
    const held = (await leaseAssignments(first)).items[0]!;
    const { itemId } = await db.assignment.findUniqueOrThrow({ where: { id: held.assignmentId } });
    const image = (await imagesOf(itemId))[1]!;
    const restore = await spoil(image.blobSha256!, how);
    await expect(readBlindImage(image.blobSha256!)).rejects.toMatchObject({ code: "gone" });

    // Whoever holds it gets another one, as does everybody who comes.
    const lease = await leaseAssignments(first);
    expect(lease.items.map(({ assignmentId }) => assignmentId)).not.toContain(held.assignmentId);
    expect(lease.items).toHaveLength(2);
    expect(await answerAll(first)).toBe(2);
    expect((await leaseAssignments(first)).end).toBe("complete");
    const second = await join(inviteToken);
    expect(await answerAll(second)).toBe(2);

    expect(await takeBackRestoredImages()).toBe(0);
    await restore();
    expect(await takeBackRestoredImages()).toBe(1);
    expect(await answerAll(await join(inviteToken))).toBe(1);
    expect(await answerAll(first)).toBe(1);
    expect(itemIds).toContain(itemId);
  });

  test("is shown to the researcher after an automatic report, which does not count against its rater", async () => {
    const { studyId, inviteToken } = await createOpenStudy(db, {
      withFiles: true,
      captions: 16,
      ratersPerItem: 1,
      itemsPerRater: 16,
    });
    const rater = await join(inviteToken);
    // More than a rater may report otherwise within ten minutes.
    for (let count = 0; count < 12; count++) {
      const item = (await leaseAssignments(rater)).items[0]!;
      const { itemId } = await db.assignment.findUniqueOrThrow({ where: { id: item.assignmentId } });
      await spoil((await imagesOf(itemId))[0]!.blobSha256!, how);
      const report = { assignmentId: item.assignmentId, reason: "image", skips: true, isAutomatic: true };
      expect((await reportItem(rater, report)).end).toBeNull();
    }
    const { items } = await listReportedItems(studyId);
    expect(items).toHaveLength(12);
    for (const item of items) {
      expect(item.images.map(({ isFaulty }) => isFaulty)).toEqual([true, false]);
      expect(item).toMatchObject({ skipped: 1, counts: { image: 1 } });
    }
    expect(await answerAll(rater)).toBe(4);
    // What they passed on holds nobody's seat.
    expect(await db.seat.count({ where: { studyId, isDone: false, heldUntil: { gt: new Date() } } })).toBe(0);
  });
});

test("an automatic report of an intact image counts like any other", async () => {
  const options = { withFiles: true, captions: 16, ratersPerItem: 1, itemsPerRater: 16 };
  const rater = await join((await createOpenStudy(db, options)).inviteToken);
  const reportNext = async () => {
    const { assignmentId } = (await leaseAssignments(rater)).items[0]!;
    await reportItem(rater, { assignmentId, reason: "image", skips: true, isAutomatic: true });
  };
  for (let count = 0; count < 10; count++) await reportNext();
  await expect(reportNext()).rejects.toMatchObject({ code: "too_many_requests" });
});

test("checks and repeats with a faulty image are left out as well", async () => {
  const { studyId, inviteToken } = await createOpenStudy(db, {
    withFiles: true,
    captions: 4,
    ratersPerItem: 2,
    checks: { TRAINING: 2 },
    qualityControl: { trainingItems: 2, trainingPass: 1 },
  });
  const [training] = await db.item.findMany({
    where: { studyId, kind: "TRAINING" },
    include: { images: true },
    orderBy: { contest: "asc" },
  });
  await spoil(training!.images[0]!.blobSha256!, "lost");
  await expect(readBlindImage(training!.images[0]!.blobSha256!)).rejects.toMatchObject({ code: "gone" });
  const rater = await join(inviteToken);
  const seen: string[] = [];
  await answerAll(rater, async ({ assignmentId, isTraining }) => {
    const { itemId } = await db.assignment.findUniqueOrThrow({ where: { id: assignmentId } });
    seen.push(itemId);
    return isTraining ? checkAnswer(db, assignmentId, true) : { type: "pair", winner: "left" };
  });
  expect(seen).not.toContain(training!.id);
});
