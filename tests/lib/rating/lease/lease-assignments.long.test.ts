/** On the real database: exactly k people per item, nobody twice, balanced sides, lapsed leases. */
import { describe, expect, it } from "vitest";
import { submitRating } from "@/lib/rating/answer/submit-rating";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";
import { withTestDatabase } from "@/tests/database";
import { createOpenStudy } from "../../studies/plan/open-study-fixture";
import { answerAll, answerOne, answerTo, backdateLeases, join, untilLocked } from "../rater-at-work";

const { db } = await withTestDatabase();

describe("leaseAssignments", () => {
  it("hands out one pair to show and one to preload, and the same ones again after a reload", async () => {
    const study = await createOpenStudy(db, { captions: 5, ratersPerItem: 2 });
    const raterId = await join(study.inviteToken);
    const first = await leaseAssignments(raterId);
    const second = await leaseAssignments(raterId);
    expect(first.items).toHaveLength(2);
    expect(second.items).toEqual(first.items);
    expect(first).toMatchObject({ answered: 0, asked: 5 });
  });

  it.each([
    [6, 2],
    [7, 3],
    [12, 4],
    [60, 4],
  ])(
    "of %i items, four answered by another, asks a rater for %i of at most four",
    async (captions, asked) => {
      const study = await createOpenStudy(db, { captions, ratersPerItem: 1, itemsPerRater: 4 });
      await answerAll(await join(study.inviteToken));
      expect(await leaseAssignments(await join(study.inviteToken))).toMatchObject({ answered: 0, asked });
    },
  );

  it("gives the same pairs to two tabs of one rater that ask at the same time", async () => {
    const study = await createOpenStudy(db, { captions: 8, ratersPerItem: 1 });
    const raterId = await join(study.inviteToken);
    const leases = await Promise.all([1, 2, 3, 4].map(() => leaseAssignments(raterId)));
    for (const lease of leases) expect(lease.items).toEqual(leases[0]!.items);
    expect(await db.assignment.count({ where: { raterId } })).toBe(2);
  });

  it("gets exactly k answers for every item from k different people, with many raters at once", async () => {
    const study = await createOpenStudy(db, { captions: 12, ratersPerItem: 3 });
    const raters = await Promise.all(Array.from({ length: 16 }, () => join(study.inviteToken)));
    // Anyone who finds everything in other people's hands comes back, as a person would.
    for (let round = 0; round < 3; round++) await Promise.all(raters.map((rater) => answerAll(rater)));
    const done = await db.assignment.groupBy({
      by: ["itemId"],
      where: { itemId: { in: study.itemIds }, state: "DONE" },
      _count: { raterId: true },
    });
    expect(done).toHaveLength(12);
    for (const item of done) expect(item._count.raterId).toBe(3);
    expect(await db.rating.count({ where: { assignment: { item: { studyId: study.studyId } } } })).toBe(36);
  });

  it("puts each arm of an item on either side equally often, to within one", async () => {
    const study = await createOpenStudy(db, { captions: 6, ratersPerItem: 4 });
    for (let index = 0; index < 4; index++) await answerAll(await join(study.inviteToken));
    for (const itemId of study.itemIds) {
      const left = await db.assignment.count({ where: { itemId, placement: { equals: [0, 1] } } });
      expect(left).toBe(2);
    }
  });

  it("puts each arm of a pair on either side equally often, to within one, per rater and in total", async () => {
    const study = await createOpenStudy(db, {
      captions: 7,
      ratersPerItem: 3,
      itemsPerRater: 9,
      arms: ["real", "original", "fine-tuned"],
    });
    // Seven raters fill all seats; the first has the choice, the last takes what is left.
    const raters: string[] = [];
    for (let index = 0; index < 7; index++) {
      const raterId = await join(study.inviteToken);
      await answerAll(raterId);
      raters.push(raterId);
    }
    const rows = await db.$queryRaw<{ contest: string; raterId: string; first: number; second: number }[]>`
      SELECT i.contest, a."raterId"::text AS "raterId", (count(*) FILTER (WHERE a.placement[1] = 0))::int AS first,
             (count(*) FILTER (WHERE a.placement[1] = 1))::int AS second
      FROM "Assignment" a JOIN "Item" i ON i.id = a."itemId"
      WHERE i."studyId" = ${study.studyId}::uuid GROUP BY 1, 2`;
    const surplusOf = new Map<string, number>();
    for (const { contest, first, second } of rows) {
      surplusOf.set(contest, (surplusOf.get(contest) ?? 0) + first - second);
    }
    expect([...surplusOf.values()].map(Math.abs)).toEqual([1, 1, 1]);
    for (const { first, second } of rows.filter(({ raterId }) => raterId === raters[0])) {
      expect(Math.abs(first - second)).toBeLessThanOrEqual(1);
    }
  });

  it("stops at the number of pairs per rater", async () => {
    const study = await createOpenStudy(db, { captions: 9, ratersPerItem: 5, itemsPerRater: 4 });
    expect(await answerAll(await join(study.inviteToken))).toBe(4);
  });

  it("gives a lapsed lease to somebody else, and a running one to nobody", async () => {
    const study = await createOpenStudy(db, { captions: 3, ratersPerItem: 1 });
    const [leaver, next] = [await join(study.inviteToken), await join(study.inviteToken)];
    await answerOne(leaver);
    await answerOne(next);
    expect((await leaseAssignments(leaver)).items).toHaveLength(1);
    expect(await leaseAssignments(next)).toMatchObject({ items: [], end: "nothing-open" });
    await backdateLeases(db, leaver);
    expect((await leaseAssignments(next)).items).toHaveLength(1);
    expect((await leaseAssignments(leaver)).items).toHaveLength(0);
  });

  it("holds no seat for raters without an answer, however often they request one", async () => {
    const study = await createOpenStudy(db, { captions: 20, ratersPerItem: 1 });
    const idle = await Promise.all(Array.from({ length: 36 }, () => join(study.inviteToken)));
    for (let time = 0; time < 3; time++) await Promise.all(idle.map((rater) => leaseAssignments(rater)));
    expect(await heldSeats(study.studyId)).toBe(0);
    // One person who answers finds all of the study open.
    expect(await answerAll(await join(study.inviteToken))).toBe(20);
    expect(await leaseAssignments(idle[0]!)).toMatchObject({ items: [], end: "complete" });
  });

  it("does not show an item again and again whose seat another rater found at the same moment", async () => {
    const study = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
    const [slower, faster] = [await join(study.inviteToken), await join(study.inviteToken)];
    expect((await leaseAssignments(slower)).items).toHaveLength(1);
    expect((await leaseAssignments(faster)).items).toHaveLength(1);
    // As it is left where the one's lease is not yet visible to the statement that gives its seat to the other.
    await db.assignment.updateMany({ where: { raterId: slower }, data: { state: "LEASED" } });
    expect(await answerAll(faster)).toBe(1);
    expect(await leaseAssignments(slower)).toMatchObject({ items: [], end: "complete" });
  });

  it("holds a rater's items from the first answer on, until the lease after the last one ends", async () => {
    const study = await createOpenStudy(db, { captions: 9, ratersPerItem: 1, leaseSeconds: 600 });
    const rater = await join(study.inviteToken);
    await answerOne(rater);
    await leaseAssignments(rater);
    expect(await heldSeats(study.studyId)).toBe(2);
    await db.$executeRaw`
      UPDATE "Rating" SET "createdAt" = now() - interval '400 s'
      FROM "Assignment" a WHERE a.id = "assignmentId" AND a."raterId" = ${rater}::uuid`;
    await backdateLeases(db, rater);
    await leaseAssignments(rater);
    const [latest] = await db.seat.findMany({
      where: { studyId: study.studyId, heldUntil: { not: null } },
      orderBy: { heldUntil: "desc" },
    });
    expect(latest!.heldUntil!.getTime() - Date.now()).toBeLessThan(201_000);
    await db.$executeRaw`
      UPDATE "Rating" SET "createdAt" = now() - interval '601 s'
      FROM "Assignment" a WHERE a.id = "assignmentId" AND a."raterId" = ${rater}::uuid`;
    await backdateLeases(db, rater);
    for (let time = 0; time < 3; time++) await leaseAssignments(rater);
    expect(await heldSeats(study.studyId)).toBe(0);
    // The next answer counts, and holds again.
    await answerOne(rater);
    await leaseAssignments(rater);
    expect(await heldSeats(study.studyId)).toBe(2);
  });

  it("accepts the first of two newcomers' answers to the same item, and gives the other rater another item", async () => {
    const study = await createOpenStudy(db, { captions: 2, ratersPerItem: 1 });
    const [quick, slow] = [await join(study.inviteToken), await join(study.inviteToken)];
    const before = (await leaseAssignments(slow)).items[0]!;
    expect((await leaseAssignments(quick)).items).toHaveLength(2);
    // The slower one still answers the item on the screen while it has a seat.
    expect(await submitRating(slow, answerTo(before.assignmentId))).toMatchObject({ stored: "now" });
    expect(await answerAll(quick)).toBe(1);
    expect(await db.seat.count({ where: { studyId: study.studyId, isDone: true } })).toBe(2);
  });

  it("lets a rater who closed the browser continue with the same pair if nobody has taken it", async () => {
    const study = await createOpenStudy(db, { captions: 3, ratersPerItem: 1 });
    const raterId = await join(study.inviteToken);
    const before = await leaseAssignments(raterId);
    await backdateLeases(db, raterId);
    expect((await leaseAssignments(raterId)).items).toEqual(before.items);
  });

  it("waits for whoever is just taking a rater's seat, and gives the rater another seat only when it is gone", async () => {
    const study = await createOpenStudy(db, { captions: 1, ratersPerItem: 3 });
    const rater = await join(study.inviteToken);
    const other = await join(study.inviteToken);
    const [item] = (await leaseAssignments(rater)).items;
    const [otherItem] = (await leaseAssignments(other)).items;
    const own = await db.seat.findUniqueOrThrow({ where: { assignmentId: item!.assignmentId } });
    for (const isTaken of [false, true]) {
      await backdateLeases(db, rater);
      const asking = await db.$transaction(async (taking) => {
        await taking.$queryRaw`SELECT FROM "Seat" WHERE id = ${own.id}::uuid FOR UPDATE`;
        const lease = leaseAssignments(rater);
        await Promise.race([lease, untilLocked(db)]);
        if (isTaken) {
          const taken = { assignmentId: otherItem!.assignmentId };
          await taking.seat.updateMany({ where: taken, data: { assignmentId: null } });
          await taking.seat.update({ where: { id: own.id }, data: taken });
        }
        return { lease };
      });
      expect((await asking.lease).items).toEqual([item]);
      const now = await db.seat.findUniqueOrThrow({ where: { assignmentId: item!.assignmentId } });
      expect(now.id === own.id).toBe(!isTaken);
    }
  });

  it("hands out nothing after the study has closed", async () => {
    const study = await createOpenStudy(db, { captions: 3, ratersPerItem: 1 });
    const raterId = await join(study.inviteToken);
    await db.study.update({ where: { id: study.studyId }, data: { state: "CLOSED" } });
    expect((await leaseAssignments(raterId)).items).toEqual([]);
  });

  it("lets a hundred people start at once without telling anybody that nothing is left", async () => {
    const study = await createOpenStudy(db, { captions: 40, ratersPerItem: 5 });
    const raters = await Promise.all(Array.from({ length: 100 }, () => join(study.inviteToken)));
    const leases = await Promise.all(raters.map((rater) => leaseAssignments(rater)));
    expect(leases.map((lease) => lease.items.length)).toEqual(Array(100).fill(2));
    const held = await db.seat.count({ where: { studyId: study.studyId, assignmentId: { not: null } } });
    expect(held).toBe(200);
  });

  it("hands out no item a second time before all have been handed out once", async () => {
    const study = await createOpenStudy(db, { captions: 10, ratersPerItem: 3 });
    for (let index = 0; index < 5; index++) await leaseAssignments(await join(study.inviteToken));
    expect(
      await db.assignment.groupBy({ by: ["itemId"], where: { itemId: { in: study.itemIds } } }),
    ).toHaveLength(10);
  });

  it("shows raters the items in different orders", async () => {
    const study = await createOpenStudy(db, { captions: 12, ratersPerItem: 2 });
    const orders: string[] = [];
    for (let index = 0; index < 2; index++) {
      const raterId = await join(study.inviteToken);
      await answerAll(raterId);
      const own = await db.assignment.findMany({ where: { raterId }, orderBy: { ordinal: "asc" } });
      orders.push(own.map(({ itemId }) => itemId).join());
    }
    expect(orders[0]).not.toBe(orders[1]);
  });

  it("balances sides over finished and live assignments together, even if raters leave", async () => {
    const study = await createOpenStudy(db, { captions: 1, ratersPerItem: 4 });
    const leaver = await join(study.inviteToken);
    await leaseAssignments(leaver);
    await answerAll(await join(study.inviteToken));
    await leaseAssignments(await join(study.inviteToken));
    await backdateLeases(db, leaver);
    for (let index = 0; index < 2; index++) await answerAll(await join(study.inviteToken));
    const seats = await db.seat.findMany({ where: { studyId: study.studyId, assignmentId: { not: null } } });
    const assignments = await db.assignment.findMany({
      where: { id: { in: seats.map((seat) => seat.assignmentId!) }, state: { in: ["DONE", "LEASED"] } },
    });
    expect(assignments).toHaveLength(4);
    expect(assignments.filter(({ placement }) => placement[0] === 0)).toHaveLength(2);
  });

  it("puts each of three images once in every position over three raters", async () => {
    const study = await createOpenStudy(db, {
      captions: 2,
      ratersPerItem: 3,
      questionType: "ranking",
      arms: ["real", "original", "fine-tuned"],
    });
    for (let index = 0; index < 3; index++) {
      await answerAll(await join(study.inviteToken), () => ({ type: "ranking", order: [2, 0, 1] }));
    }
    for (const itemId of study.itemIds) {
      const placements = (await db.assignment.findMany({ where: { itemId } })).map(
        ({ placement }) => placement,
      );
      for (const place of [0, 1, 2]) {
        expect(placements.map((placement) => placement[place]).sort()).toEqual([0, 1, 2]);
      }
    }
  });

  it("prefers pairs with few answers if pairs are chosen actively, within the same limits", async () => {
    const study = await createOpenStudy(db, {
      captions: 30,
      ratersPerItem: 1,
      pairChoice: "ACTIVE",
      arms: ["real", "original", "fine-tuned"],
    });
    const items = await db.item.findMany({ where: { id: { in: study.itemIds } } });
    const contests = [...new Set(items.map(({ contest }) => contest))];
    const rater = await join(study.inviteToken);
    const judged = items.filter(({ contest }) => contest !== contests[0]).slice(0, 58);
    for (const { id } of judged) await judge(rater, id);
    const leases = await Promise.all(
      Array.from({ length: 10 }, async () => leaseAssignments(await join(study.inviteToken))),
    );
    const given = await db.assignment.findMany({
      where: { id: { in: leases.flatMap((lease) => lease.items.map((item) => item.assignmentId)) } },
      include: { item: true },
    });
    expect(given).toHaveLength(20);
    expect(new Set(given.map(({ itemId }) => itemId)).size).toBe(20);
    expect(given.filter(({ item }) => item.contest === contests[0]).length).toBeGreaterThan(15);
  });
});

function heldSeats(studyId: string): Promise<number> {
  return db.seat.count({ where: { studyId, heldUntil: { gt: new Date() } } });
}

/** An answer as if the rater had been given the item. */
async function judge(raterId: string, itemId: string): Promise<void> {
  const { id } = await db.assignment.create({
    data: {
      itemId,
      raterId,
      placement: [0, 1],
      state: "DONE",
      ordinal: 0,
      leaseExpiresAt: new Date(),
      rating: {
        create: { answer: { type: "pair", winner: "left" }, clientKey: crypto.randomUUID(), latencyMs: 900 },
      },
    },
  });
  await db.seat.updateMany({ where: { itemId }, data: { assignmentId: id, isDone: true } });
}
