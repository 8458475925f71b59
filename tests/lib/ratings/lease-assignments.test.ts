/** Exactly k people per item, nobody twice, balanced sides, lapsed leases: on the real database. */
import { describe, expect, it } from "vitest";
import { joinStudy } from "@/lib/ratings/join-study";
import { leaseAssignments } from "@/lib/ratings/lease-assignments";
import { submitRating } from "@/lib/ratings/submit-rating";
import { withTestDatabase } from "@/tests/database";
import { createOpenStudy } from "../studies/open-study-fixture";

const { db } = await withTestDatabase();

async function join(inviteToken: string): Promise<string> {
  return (await joinStudy(inviteToken, {})).raterId;
}

function answerTo(assignmentId: string) {
  return { assignmentId, winner: "LEFT", clientKey: crypto.randomUUID(), latencyMs: 900 } as const;
}

/** Answers pairs until there are none left; returns how many. */
async function answerAll(raterId: string): Promise<number> {
  let count = 0;
  for (;;) {
    const pair = (await leaseAssignments(raterId)).pairs[0];
    if (!pair) return count;
    await submitRating(raterId, answerTo(pair.assignmentId));
    count++;
  }
}

/** Lets the leases run out without waiting for the clock. */
async function backdateLeases(raterId: string): Promise<void> {
  await db.assignment.updateMany({
    where: { raterId, state: "LEASED" },
    data: { leaseExpiresAt: new Date(Date.now() - 1000) },
  });
}

describe("leaseAssignments", () => {
  it("hands out one pair to show and one to preload, and the same ones again after a reload", async () => {
    const study = await createOpenStudy(db, { captions: 5, ratersPerItem: 2 });
    const raterId = await join(study.inviteToken);
    const first = await leaseAssignments(raterId);
    const second = await leaseAssignments(raterId);
    expect(first.pairs).toHaveLength(2);
    expect(second.pairs).toEqual(first.pairs);
    expect(first).toMatchObject({ answered: 0, asked: 5 });
  });

  it("gives the same pairs to two tabs of one rater that ask at once", async () => {
    const study = await createOpenStudy(db, { captions: 8, ratersPerItem: 1 });
    const raterId = await join(study.inviteToken);
    const leases = await Promise.all([1, 2, 3, 4].map(() => leaseAssignments(raterId)));
    for (const lease of leases) expect(lease.pairs).toEqual(leases[0]!.pairs);
    expect(await db.assignment.count({ where: { raterId } })).toBe(2);
  });

  it("gets exactly k answers for every item from k different people, with many raters at once", async () => {
    const study = await createOpenStudy(db, { captions: 12, ratersPerItem: 3 });
    const raters = await Promise.all(Array.from({ length: 16 }, () => join(study.inviteToken)));
    // Whoever finds everything in other people's hands comes back, as a person would.
    for (let round = 0; round < 3; round++) await Promise.all(raters.map(answerAll));
    const done = await db.assignment.groupBy({
      by: ["itemId"],
      where: { itemId: { in: study.itemIds }, state: "DONE" },
      _count: { raterId: true },
    });
    expect(done).toHaveLength(12);
    for (const item of done) expect(item._count.raterId).toBe(3);
    expect(await db.rating.count({ where: { assignment: { item: { studyId: study.studyId } } } })).toBe(36);
  });

  it("puts each arm on either side as often as the other, to within one, item by item", async () => {
    const study = await createOpenStudy(db, { captions: 6, ratersPerItem: 4 });
    for (let index = 0; index < 4; index++) await answerAll(await join(study.inviteToken));
    for (const itemId of study.itemIds) {
      const left = await db.assignment.count({ where: { itemId, firstOnLeft: true } });
      expect(left).toBe(2);
    }
  });

  it("stops at the number of pairs that a rater is asked for", async () => {
    const study = await createOpenStudy(db, { captions: 9, ratersPerItem: 5, itemsPerRater: 4 });
    expect(await answerAll(await join(study.inviteToken))).toBe(4);
  });

  it("gives a lapsed lease to somebody else, and a running one to nobody", async () => {
    const study = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
    const [leaver, next] = [await join(study.inviteToken), await join(study.inviteToken)];
    expect((await leaseAssignments(leaver)).pairs).toHaveLength(1);
    expect((await leaseAssignments(next)).pairs).toHaveLength(0);
    await backdateLeases(leaver);
    expect((await leaseAssignments(next)).pairs).toHaveLength(1);
    expect((await leaseAssignments(leaver)).pairs).toHaveLength(0);
  });

  it("lets a rater who closed the phone go on at the same pair when nobody has taken it", async () => {
    const study = await createOpenStudy(db, { captions: 3, ratersPerItem: 1 });
    const raterId = await join(study.inviteToken);
    const before = await leaseAssignments(raterId);
    await backdateLeases(raterId);
    expect((await leaseAssignments(raterId)).pairs).toEqual(before.pairs);
  });

  it("hands out nothing once the study is closed", async () => {
    const study = await createOpenStudy(db, { captions: 3, ratersPerItem: 1 });
    const raterId = await join(study.inviteToken);
    await db.study.update({ where: { id: study.studyId }, data: { state: "CLOSED" } });
    expect((await leaseAssignments(raterId)).pairs).toEqual([]);
  });
});

describe("submitRating", () => {
  it("stores an answer once, however often the browser repeats it, even at once", async () => {
    const study = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
    const raterId = await join(study.inviteToken);
    const answer = answerTo((await leaseAssignments(raterId)).pairs[0]!.assignmentId);
    const replies = await Promise.all([1, 2, 3].map(() => submitRating(raterId, answer)));
    expect(replies.map((reply) => reply.stored).sort()).toEqual(["before", "before", "now"]);
    expect(await db.rating.count({ where: { assignmentId: answer.assignmentId } })).toBe(1);
  });

  it("keeps the first answer and refuses a different one", async () => {
    const study = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
    const raterId = await join(study.inviteToken);
    const { assignmentId } = (await leaseAssignments(raterId)).pairs[0]!;
    await submitRating(raterId, answerTo(assignmentId));
    await expect(submitRating(raterId, { ...answerTo(assignmentId), winner: "RIGHT" })).rejects.toMatchObject(
      {
        code: "conflict",
      },
    );
  });

  it("refuses an answer to somebody else's pair", async () => {
    const study = await createOpenStudy(db, { captions: 1, ratersPerItem: 2 });
    const [owner, thief] = [await join(study.inviteToken), await join(study.inviteToken)];
    const { assignmentId } = (await leaseAssignments(owner)).pairs[0]!;
    await expect(submitRating(thief, answerTo(assignmentId))).rejects.toMatchObject({ code: "not_found" });
  });

  it("counts a late answer while its place is free, and refuses it once the place is taken", async () => {
    const study = await createOpenStudy(db, { captions: 2, ratersPerItem: 1 });
    const [late, other] = [await join(study.inviteToken), await join(study.inviteToken)];
    const [first, second] = (await leaseAssignments(late)).pairs;
    await backdateLeases(late);
    expect(await submitRating(late, answerTo(first!.assignmentId))).toEqual({ stored: "now" });
    expect(await answerAll(other)).toBe(1);
    await expect(submitRating(late, answerTo(second!.assignmentId))).rejects.toMatchObject({ code: "gone" });
  });
});

describe("joinStudy", () => {
  it("recognises a returning browser, a returning account's outside id, and nobody else", async () => {
    const study = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
    const first = await joinStudy(study.inviteToken, { externalId: "prolific-1" });
    const sameBrowser = await joinStudy(study.inviteToken, { token: first.newToken! });
    const otherDevice = await joinStudy(study.inviteToken, { externalId: "prolific-1" });
    const stranger = await joinStudy(study.inviteToken, { token: "forged" });
    expect(sameBrowser).toEqual({ raterId: first.raterId, studyId: study.studyId, newToken: null });
    expect(otherDevice.raterId).toBe(first.raterId);
    expect(stranger.raterId).not.toBe(first.raterId);
  });

  it("keeps an excluded rater out after a refresh and on another device", async () => {
    const study = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
    const rater = await joinStudy(study.inviteToken, { externalId: "p" });
    await db.rater.update({ where: { id: rater.raterId }, data: { excludedAt: new Date() } });
    for (const known of [{ token: rater.newToken! }, { externalId: "p" }]) {
      await expect(joinStudy(study.inviteToken, known)).rejects.toMatchObject({ code: "forbidden" });
    }
  });

  it("names a foreign link, a draft and a closed study for what they are", async () => {
    const study = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
    await expect(joinStudy("no-such-link", {})).rejects.toMatchObject({ code: "not_found" });
    await db.study.update({ where: { id: study.studyId }, data: { state: "DRAFT" } });
    await expect(joinStudy(study.inviteToken, {})).rejects.toMatchObject({ code: "unavailable" });
    await db.study.update({ where: { id: study.studyId }, data: { state: "CLOSED" } });
    await expect(joinStudy(study.inviteToken, {})).rejects.toMatchObject({ code: "gone" });
  });
});
