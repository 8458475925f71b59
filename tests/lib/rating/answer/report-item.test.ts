import { describe, expect, test } from "vitest";
import { reportItem } from "@/lib/rating/answer/report-item";
import { submitRating } from "@/lib/rating/answer/submit-rating";
import { joinStudy } from "@/lib/rating/join/join-study";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";
import { getStudy } from "@/lib/studies/get-study";
import { closeStudy } from "@/lib/studies/stopping/close-study";
import { listReportedItems, listReports } from "@/lib/votes/list/list-item-reports";
import { withTestDatabase } from "@/tests/database";
import { createOpenStudy } from "@/tests/lib/studies/plan/open-study-fixture";
import { answerAll, answerTo, checkAnswer, join } from "../rater-at-work";

const { db } = await withTestDatabase();

const broken = (assignmentId: string, skips = true) => ({ assignmentId, reason: "image", skips });

async function itemOf(assignmentId: string): Promise<string> {
  return (await db.assignment.findUniqueOrThrow({ where: { id: assignmentId } })).itemId;
}

describe("a reported item", () => {
  test("that is skipped goes to somebody else, does not count as an answer, and never returns to its rater", async () => {
    const { studyId, inviteToken } = await createOpenStudy(db, {
      withFiles: true,
      captions: 2,
      ratersPerItem: 1,
    });
    const first = await join(inviteToken);
    const skipped = (await leaseAssignments(first)).items[0]!;
    const itemId = await itemOf(skipped.assignmentId);
    const lease = await reportItem(first, broken(skipped.assignmentId));
    expect(lease.items.map(({ assignmentId }) => assignmentId)).not.toContain(skipped.assignmentId);
    expect(lease.answered).toBe(0);
    expect((await getStudy(studyId)).ratings.given).toBe(0);
    const seat = await db.seat.findFirstOrThrow({ where: { itemId } });
    expect(seat).toMatchObject({ isDone: false, heldUntil: null, assignmentId: null });

    const firstItems: string[] = [];
    await answerAll(first, async ({ assignmentId }) => {
      firstItems.push(await itemOf(assignmentId));
      return { type: "pair", winner: "left" };
    });
    expect(firstItems).toHaveLength(1);
    expect(firstItems).not.toContain(itemId);
    // Nothing is left for this rater, though somebody else may still take what they skipped.
    expect((await leaseAssignments(first)).end).toBe("complete");

    const second = await join(inviteToken);
    expect(await answerAll(second)).toBe(1);
    expect((await getStudy(studyId)).ratings).toEqual({ given: 2, needed: 2 });
  });

  test("cannot be answered afterwards, for instance in another tab", async () => {
    const { inviteToken } = await createOpenStudy(db, { withFiles: true, captions: 1, ratersPerItem: 2 });
    const rater = await join(inviteToken);
    const item = (await leaseAssignments(rater)).items[0]!;
    await reportItem(rater, broken(item.assignmentId));
    await expect(submitRating(rater, answerTo(item.assignmentId))).rejects.toMatchObject({ code: "gone" });
    expect(await db.rating.count({ where: { assignment: { raterId: rater } } })).toBe(0);
  });

  test("that is not skipped stays with its rater; repeated and further reports replace the first", async () => {
    const { studyId, inviteToken, itemIds } = await createOpenStudy(db, {
      withFiles: true,
      captions: 1,
      ratersPerItem: 1,
    });
    const rater = await join(inviteToken);
    const item = (await leaseAssignments(rater)).items[0]!;
    await reportItem(rater, broken(item.assignmentId, false));
    await reportItem(rater, broken(item.assignmentId, false));
    const lease = await reportItem(rater, {
      assignmentId: item.assignmentId,
      reason: "other",
      text: "  =the caption is cut off ",
      skips: false,
    });
    expect(lease.items[0]!.assignmentId).toBe(item.assignmentId);
    await submitRating(rater, answerTo(item.assignmentId));
    // Whoever looks back at an answered item may report it, and the answer stays.
    await reportItem(rater, { ...broken(item.assignmentId), reason: "upsetting", text: "sad" });
    expect(await getStudy(studyId)).toMatchObject({ ratings: { given: 1, needed: 1 } });
    const { items, total } = await listReportedItems(studyId);
    expect(total).toBe(1);
    expect(items).toMatchObject([
      {
        itemId: itemIds[0],
        kind: "REGULAR",
        counts: { image: 0, caption: 0, upsetting: 1, other: 0 },
        skipped: 0,
        texts: ["sad"],
        images: [{ arm: "real" }, { arm: "original" }],
      },
    ]);
    const [report] = await listReports(studyId);
    expect(report).toMatchObject({ reason: "upsetting", kind: "regular", skipped: false, text: "sad" });
    expect(report!.rater).toMatch(/^r-/);
    expect([...report!.shown].sort()).toEqual(["original", "real"]);
  });

  test("is refused from strangers, in closed studies, for unknown reasons, and beyond ten in ten minutes", async () => {
    const { studyId, inviteToken } = await createOpenStudy(db, {
      withFiles: true,
      captions: 12,
      ratersPerItem: 2,
    });
    const [rater, stranger] = [await join(inviteToken), await join(inviteToken)];
    let item = (await leaseAssignments(rater)).items[0]!;
    await expect(reportItem(stranger, broken(item.assignmentId))).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(reportItem(rater, { ...broken(item.assignmentId), reason: "boring" })).rejects.toMatchObject(
      { issues: [{ path: ["reason"] }] },
    );
    for (let count = 0; count < 10; count++) {
      item = (await reportItem(rater, broken(item.assignmentId))).items[0]!;
    }
    await expect(reportItem(rater, broken(item.assignmentId))).rejects.toMatchObject({
      code: "too_many_requests",
    });
    const others = (await leaseAssignments(stranger)).items[0]!;
    await closeStudy(studyId, "somebody");
    await expect(reportItem(stranger, broken(others.assignmentId))).rejects.toMatchObject({
      code: "gone",
      details: { reason: "closed" },
    });
  });

  test("of the training round does not keep its rater in it; skipping all of it qualifies nobody", async () => {
    const { inviteToken } = await createOpenStudy(db, {
      withFiles: true,
      captions: 2,
      ratersPerItem: 2,
      checks: { TRAINING: 2 },
      qualityControl: { trainingItems: 2, qualificationShare: 0.5 },
    });
    const { raterId } = await joinStudy(inviteToken, {});
    const [first, second] = (await leaseAssignments(raterId)).items;
    await submitRating(
      raterId,
      answerTo(first!.assignmentId, await checkAnswer(db, first!.assignmentId, true)),
    );
    const lease = await reportItem(raterId, broken(second!.assignmentId));
    expect(lease.training).toBeNull();
    expect(lease.items[0]!.isTraining).toBe(false);

    const lazy = await join(inviteToken);
    for (const { assignmentId } of (await leaseAssignments(lazy)).items) {
      await reportItem(lazy, broken(assignmentId));
    }
    expect((await leaseAssignments(lazy)).end).toBe("screened-out");
  });
});
