/** Training, gold items, attention checks and repeats, and what they mean for a rater: on the real database. */
import { describe, expect, it } from "vitest";
import { answerAndLease } from "@/lib/rating/answer/answer-and-lease";
import { submitRating } from "@/lib/rating/answer/submit-rating";
import { excludeRater, reinstateRater } from "@/lib/rating/checks/exclude-rater";
import { exclusionReasons } from "@/lib/rating/checks/judge-rater";
import { joinStudy } from "@/lib/rating/join/join-study";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";
import { withTestDatabase } from "@/tests/database";
import { createOpenStudy } from "../../studies/plan/open-study-fixture";
import {
  answerAll,
  answerOne,
  answerTo,
  backdateLeases,
  checkAnswer,
  join,
  untilLocked,
} from "../rater-at-work";

const { db } = await withTestDatabase();

/** The kinds of a rater's assignments in the order in which they came; "REPEAT" for repeats. */
async function kindsInOrder(raterId: string): Promise<string[]> {
  const assignments = await db.assignment.findMany({
    where: { raterId },
    orderBy: { ordinal: "asc" },
    include: { item: { select: { kind: true } } },
  });
  return assignments.map(({ isRepeat, item }) => (isRepeat ? "REPEAT" : item.kind));
}

const kindOf = async (assignmentId: string) =>
  (await db.assignment.findUniqueOrThrow({ where: { id: assignmentId }, include: { item: true } })).item.kind;

/** Answers checks of `kind` wrongly and all other checks rightly. */
function failing(kind: "TRAINING" | "GOLD" | "ATTENTION") {
  return async ({ assignmentId }: { assignmentId: string }) =>
    checkAnswer(db, assignmentId, (await kindOf(assignmentId)) !== kind);
}

describe("the training round", () => {
  const training = { qualityControl: { trainingItems: 2, qualificationShare: 1 }, checks: { TRAINING: 2 } };

  it("comes first, is the same for everybody, shows the correct answer, and does not count", async () => {
    const study = await createOpenStudy(db, { captions: 3, ratersPerItem: 2, ...training });
    const seen: string[][] = [];
    for (let index = 0; index < 2; index++) {
      const raterId = await join(study.inviteToken);
      const first = await leaseAssignments(raterId);
      expect(first).toMatchObject({ answered: 0, training: { answered: 0, asked: 2 } });
      expect(first.items.every((item) => item.isTraining)).toBe(true);
      const item = first.items[0]!;
      const reply = await answerAndLease(
        raterId,
        answerTo(item.assignmentId, await checkAnswer(db, item.assignmentId, true)),
      );
      expect(reply.feedback).toMatchObject({ isRight: true });
      expect(reply.lease).toMatchObject({ answered: 0, training: { answered: 1, asked: 2 } });
      await answerAll(raterId, failing("GOLD"));
      const own = await db.assignment.findMany({
        where: { raterId, item: { kind: "TRAINING" } },
        orderBy: { ordinal: "asc" },
      });
      seen.push(own.map(({ itemId }) => itemId));
      expect(await kindsInOrder(raterId)).toEqual(["TRAINING", "TRAINING", "REGULAR", "REGULAR", "REGULAR"]);
      expect(await db.rater.findUnique({ where: { id: raterId } })).toMatchObject({
        qualifiedAt: expect.any(Date),
        excludedAt: null,
      });
    }
    expect(seen[0]).toEqual(seen[1]);
  });

  it("shows the expected answer after a wrong one and screens out anyone who fails, also after a refresh", async () => {
    const study = await createOpenStudy(db, { captions: 3, ratersPerItem: 1, ...training });
    await db.study.update({
      where: { id: study.studyId },
      data: { endings: { screenedOut: { url: "https://example.org/out" } } },
    });
    const { raterId, newToken } = await joinStudy(study.inviteToken, { externalId: "p" });
    const [first] = (await leaseAssignments(raterId)).items;
    const wrong = await checkAnswer(db, first!.assignmentId, false);
    const reply = await answerAndLease(raterId, answerTo(first!.assignmentId, wrong));
    expect(reply.feedback).toEqual({
      isRight: false,
      expected: await checkAnswer(db, first!.assignmentId, true),
    });
    await answerAll(raterId, failing("TRAINING"));
    for (let refresh = 0; refresh < 2; refresh++) {
      expect(await leaseAssignments(raterId)).toMatchObject({
        items: [],
        end: "screened-out",
        completion: { code: null, url: "https://example.org/out" },
      });
    }
    expect(await db.rater.findUnique({ where: { id: raterId } })).toMatchObject({
      exclusionReason: exclusionReasons.qualification,
    });
    for (const person of [{ token: newToken! }, { externalId: "p" }]) {
      await expect(joinStudy(study.inviteToken, person)).rejects.toMatchObject({ code: "forbidden" });
    }
    expect(await db.rating.count({ where: { assignment: { raterId } } })).toBe(2);
  });
});

describe("checks among the items", () => {
  it("come at different places for each rater, never first, without taking a seat", async () => {
    const study = await createOpenStudy(db, {
      captions: 12,
      ratersPerItem: 2,
      qualityControl: { goldItems: 2, attentionChecks: 1, repeats: 2 },
      checks: { GOLD: 3, ATTENTION: 2 },
    });
    const orders: string[][] = [];
    for (let index = 0; index < 2; index++) {
      const raterId = await join(study.inviteToken);
      expect(await answerAll(raterId, failing("TRAINING"))).toBe(17);
      const kinds = await kindsInOrder(raterId);
      orders.push(kinds);
      expect(kinds[0]).toBe("REGULAR");
      const count = (kind: string) => kinds.filter((each) => each === kind).length;
      expect([count("REGULAR"), count("GOLD"), count("ATTENTION"), count("REPEAT")]).toEqual([12, 2, 1, 2]);
    }
    expect(orders[0]).not.toEqual(orders[1]);
    expect(await db.seat.count({ where: { studyId: study.studyId, isDone: true } })).toBe(24);
  });

  it("repeat an item at least three items later with its places reversed, as no vote of its own", async () => {
    const study = await createOpenStudy(db, {
      captions: 9,
      ratersPerItem: 1,
      qualityControl: { repeats: 2 },
    });
    const raterId = await join(study.inviteToken);
    await answerAll(raterId);
    const repeats = await db.assignment.findMany({ where: { raterId, isRepeat: true } });
    expect(repeats).toHaveLength(2);
    for (const repeat of repeats) {
      const original = await db.assignment.findFirstOrThrow({
        where: { raterId, itemId: repeat.itemId, isRepeat: false },
      });
      expect(repeat.placement).toEqual([...original.placement].reverse());
      expect(repeat.ordinal - original.ordinal).toBeGreaterThanOrEqual(3);
      expect(repeat.imageTokens).not.toEqual(expect.arrayContaining(original.imageTokens));
    }
    expect(await db.seat.count({ where: { studyId: study.studyId, isDone: true } })).toBe(9);
  });

  it.each([
    ["ATTENTION", "attention", { attentionChecks: 2, excludeAfterFailedAttention: 2 }],
    ["GOLD", "gold", { goldItems: 5, excludeBelowGoldShare: 0.8 }],
  ] as const)(
    "exclude a rater who fails %s checks and give their items to others",
    async (kind, reason, control) => {
      const study = await createOpenStudy(db, {
        captions: 8,
        ratersPerItem: 1,
        qualityControl: control,
        checks: { [kind]: 5 },
      });
      const [failed, careful] = [await join(study.inviteToken), await join(study.inviteToken)];
      await answerAll(failed, failing(kind));
      expect(await db.rater.findUnique({ where: { id: failed } })).toMatchObject({
        excludedAt: expect.any(Date),
        exclusionReason: exclusionReasons[reason],
      });
      expect(await leaseAssignments(failed)).toMatchObject({ items: [], end: "excluded" });
      expect(await db.assignment.count({ where: { raterId: failed, state: "LEASED" } })).toBe(0);
      // The answers of both are kept; eight people's worth of seats is filled by the careful one alone.
      await answerAll(careful, failing("TRAINING"));
      const counted = await db.seat.findMany({ where: { studyId: study.studyId, isDone: true } });
      expect(counted).toHaveLength(8);
      const owners = await db.assignment.findMany({
        where: { id: { in: counted.map((seat) => seat.assignmentId!) } },
      });
      expect(new Set(owners.map(({ raterId }) => raterId))).toEqual(new Set([careful]));
      expect(await db.rating.count({ where: { assignment: { raterId: failed } } })).toBeGreaterThan(0);
    },
  );
});

describe("gold", () => {
  const gold = { qualityControl: { goldItems: 5, excludeBelowGoldShare: 0.8 }, checks: { GOLD: 5 } };
  /** Answers gold wrongly at the given of its turns, from 0. */
  const wrongAt = (turns: number[]) => {
    let turn = 0;
    return async ({ assignmentId }: { assignmentId: string }) => {
      const isGold = (await kindOf(assignmentId)) === "GOLD";
      return checkAnswer(db, assignmentId, !(isGold && turns.includes(turn++)));
    };
  };

  it("keeps a rater whose wrong answers may be chance, even below the required share", async () => {
    const study = await createOpenStudy(db, { captions: 6, ratersPerItem: 2, ...gold });
    const raterId = await join(study.inviteToken);
    // Three of five right: the share may well be 80%, the exact 95% interval ends at 92%.
    await answerAll(raterId, wrongAt([0, 3]));
    expect(await db.rater.findUnique({ where: { id: raterId } })).toMatchObject({ excludedAt: null });
  });

  it("judges before all gold items are answered, including raters who leave early, and again after reinstatement", async () => {
    const study = await createOpenStudy(db, { captions: 6, ratersPerItem: 2, ...gold });
    const raterId = await join(study.inviteToken);
    await answerAll(raterId, wrongAt([0, 1, 2, 3, 4]));
    const goldAnswers = () => db.rating.count({ where: { assignment: { raterId, item: { kind: "GOLD" } } } });
    expect(await db.rater.findUnique({ where: { id: raterId } })).toMatchObject({
      exclusionReason: exclusionReasons.gold,
    });
    expect(await goldAnswers()).toBe(3);
    await reinstateRater(raterId, "another@example.org");
    await answerAll(raterId, wrongAt([0]));
    expect(await goldAnswers()).toBe(5);
    expect(await db.rater.findUnique({ where: { id: raterId } })).toMatchObject({ excludedAt: null });
  });
});

describe("excludeRater and reinstateRater", () => {
  it("give the rater's places to others, keep the answers, and write both into the audit log", async () => {
    const study = await createOpenStudy(db, { captions: 4, ratersPerItem: 1 });
    const [first, second] = [await join(study.inviteToken), await join(study.inviteToken)];
    await answerOne(second);
    expect(await answerAll(first)).toBe(3);
    expect(await leaseAssignments(second)).toMatchObject({ items: [], end: "complete" });
    await excludeRater(first, "answered by a script", "admin@example.org");
    expect((await leaseAssignments(second)).items).toHaveLength(2);
    expect(await db.rating.count({ where: { assignment: { raterId: first } } })).toBe(3);
    await expect(excludeRater(first, "again", "admin@example.org")).rejects.toMatchObject({
      code: "conflict",
    });

    await reinstateRater(first, "admin@example.org");
    await expect(reinstateRater(first, "admin@example.org")).rejects.toMatchObject({ code: "conflict" });
    // The two items that are held for the second rater stay so; the third counts as answered by the first again.
    expect(await db.seat.count({ where: { studyId: study.studyId, isDone: true } })).toBe(2);
    const entries = await db.auditEntry.findMany({
      where: { action: { startsWith: "rater." }, actor: "admin@example.org" },
      orderBy: { sequence: "asc" },
    });
    expect(entries.map(({ action, detail }) => ({ action, detail }))).toEqual([
      {
        action: "rater.excluded",
        detail: { studyId: study.studyId, raterId: first, reason: "answered by a script" },
      },
      { action: "rater.reinstated", detail: { studyId: study.studyId, raterId: first } },
    ]);
  });

  it("takes no place from an answer that comes while the rater is reinstated", async () => {
    const study = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
    const [first, second] = [await join(study.inviteToken), await join(study.inviteToken)];
    await answerOne(first);
    await excludeRater(first, "a mistake", "admin@example.org");
    const [item] = (await leaseAssignments(second)).items;
    const taken = { assignmentId: item!.assignmentId, isDone: true };
    const { reinstating } = await db.$transaction(async (answering) => {
      await answering.seat.updateMany({ where: { studyId: study.studyId }, data: taken });
      const begun = reinstateRater(first, "admin@example.org");
      await Promise.race([begun, untilLocked(db)]);
      return { reinstating: begun };
    });
    await reinstating;
    expect(await db.seat.findFirst({ where: { studyId: study.studyId } })).toMatchObject(taken);
  });

  it("rejects an answer that comes after its rater was excluded", async () => {
    const study = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
    const raterId = await join(study.inviteToken);
    const { assignmentId } = (await leaseAssignments(raterId)).items[0]!;
    await excludeRater(raterId, "bot", "admin@example.org");
    await backdateLeases(db, raterId);
    await expect(submitRating(raterId, answerTo(assignmentId))).rejects.toMatchObject({ code: "forbidden" });
    expect(await db.rating.count({ where: { assignmentId } })).toBe(0);
  });
});
