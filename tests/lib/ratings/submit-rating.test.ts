import { describe, expect, it } from "vitest";
import { leaseAssignments } from "@/lib/ratings/lease-assignments";
import { submitRating } from "@/lib/ratings/submit-rating";
import { withTestDatabase } from "@/tests/database";
import { createOpenStudy } from "../studies/open-study-fixture";
import { answerAll, answerTo, backdateLeases, join } from "./rater-at-work";

const { db } = await withTestDatabase();

describe("submitRating", () => {
  it("stores an answer once, however often the browser repeats it, even at once", async () => {
    const study = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
    const raterId = await join(study.inviteToken);
    const answer = answerTo((await leaseAssignments(raterId)).items[0]!.assignmentId);
    const replies = await Promise.all([1, 2, 3].map(() => submitRating(raterId, answer)));
    expect(replies.map((reply) => reply.stored).sort()).toEqual(["before", "before", "now"]);
    expect(await db.rating.count({ where: { assignmentId: answer.assignmentId } })).toBe(1);
  });

  it("keeps the first answer and refuses a different one", async () => {
    const study = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
    const raterId = await join(study.inviteToken);
    const { assignmentId } = (await leaseAssignments(raterId)).items[0]!;
    await submitRating(raterId, answerTo(assignmentId));
    await expect(
      submitRating(raterId, answerTo(assignmentId, { type: "pair", winner: "right" })),
    ).rejects.toMatchObject({
      code: "conflict",
    });
  });

  it("refuses an answer to somebody else's pair", async () => {
    const study = await createOpenStudy(db, { captions: 1, ratersPerItem: 2 });
    const [owner, thief] = [await join(study.inviteToken), await join(study.inviteToken)];
    const { assignmentId } = (await leaseAssignments(owner)).items[0]!;
    await expect(submitRating(thief, answerTo(assignmentId))).rejects.toMatchObject({ code: "not_found" });
  });

  it("counts a late answer while its place is free, and refuses it once the place is taken", async () => {
    const study = await createOpenStudy(db, { captions: 2, ratersPerItem: 1 });
    const [late, other] = [await join(study.inviteToken), await join(study.inviteToken)];
    const [first, second] = (await leaseAssignments(late)).items;
    await backdateLeases(db, late);
    expect(await submitRating(late, answerTo(first!.assignmentId))).toMatchObject({ stored: "now" });
    expect(await answerAll(other)).toBe(1);
    await expect(submitRating(late, answerTo(second!.assignmentId))).rejects.toMatchObject({ code: "gone" });
  });
});
