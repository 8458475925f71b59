import { describe, expect, it } from "vitest";
import type { SemblanceError } from "@/lib/errors";
import { submitRating } from "@/lib/rating/answer/submit-rating";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";
import { resultsRevision } from "@/lib/votes/leaderboard/results-revision";
import { withTestDatabase } from "@/tests/database";
import { createOpenStudy } from "../../studies/plan/open-study-fixture";
import { answerAll, answerTo, backdateLeases, join } from "../rater-at-work";

const { db } = await withTestDatabase();

describe("submitRating", () => {
  it("stores an answer once, however often the browser repeats it, even concurrently", async () => {
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

  it("counts a late answer while its seat is free, and refuses it once the seat is taken", async () => {
    const study = await createOpenStudy(db, { captions: 2, ratersPerItem: 1 });
    const [late, other] = [await join(study.inviteToken), await join(study.inviteToken)];
    const [first, second] = (await leaseAssignments(late)).items;
    await backdateLeases(db, late);
    expect(await submitRating(late, answerTo(first!.assignmentId))).toMatchObject({ stored: "now" });
    expect(await answerAll(other)).toBe(1);
    await expect(submitRating(late, answerTo(second!.assignmentId))).rejects.toMatchObject({ code: "gone" });
  });

  it("refuses answers sooner than the study allows, whatever time the browser claims, and accepts them later", async () => {
    const study = await createOpenStudy(db, {
      captions: 4,
      ratersPerItem: 1,
      fields: { access: { minimumSeconds: 20 } },
    });
    const raterId = await join(study.inviteToken);
    const [first, second] = (await leaseAssignments(raterId)).items.map(({ assignmentId }) => ({
      ...answerTo(assignmentId),
      latencyMs: 86_400_000,
    }));
    const tooEarly = async (answer: typeof first) => {
      const refused = (await submitRating(raterId, answer!).catch((thrown) => thrown)) as SemblanceError;
      expect(refused.code).toBe("too_many_requests");
      expect(refused.details?.waitMs).toBeGreaterThan(15_000);
      expect(refused.details?.waitMs).toBeLessThanOrEqual(20_000);
    };
    const goOn = (seconds: number) =>
      db.$transaction([
        db.$executeRaw`
        UPDATE "Assignment" SET "leasedAt" = "leasedAt" - make_interval(secs => ${seconds}::float8)
        WHERE "raterId" = ${raterId}::uuid`,
        db.$executeRaw`
        UPDATE "Rating" SET "createdAt" = "createdAt" - make_interval(secs => ${seconds}::float8)
        FROM "Assignment" a WHERE a.id = "assignmentId" AND a."raterId" = ${raterId}::uuid`,
      ]);
    await tooEarly(first);
    await goOn(20);
    // Both have waited on the device: the second was there as long, and comes too soon after the first.
    expect(await submitRating(raterId, first!)).toMatchObject({ stored: "now" });
    await tooEarly(second);
    // What is known already, and an answer that is changed, are no new answers.
    expect(await submitRating(raterId, first!)).toMatchObject({ stored: "before" });
    const changed = { ...answerTo(first!.assignmentId), revises: first!.clientKey };
    expect(await submitRating(raterId, changed)).toMatchObject({ stored: "now" });
    await goOn(20);
    const racing = (await leaseAssignments(raterId)).items.map(({ assignmentId }) => answerTo(assignmentId));
    const replies = await Promise.allSettled(racing.map((answer) => submitRating(raterId, answer)));
    expect(replies.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await db.rating.count({ where: { assignment: { raterId } } })).toBe(2);
  });

  it("accepts items that a rater held when the study closed, for a day, and nothing else", async () => {
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
    const study = await createOpenStudy(db, { captions: 4, ratersPerItem: 2, leaseSeconds: 600 });
    const close = (closedAt: Date) =>
      db.study.update({ where: { id: study.studyId }, data: { state: "CLOSED", closedAt } });
    const [raterId, left] = [await join(study.inviteToken), await join(study.inviteToken)];
    const [first, second] = (await leaseAssignments(raterId)).items;
    const [old] = (await leaseAssignments(left)).items;
    await db.assignment.updateMany({
      where: { raterId: left },
      data: { leaseExpiresAt: hoursAgo(20 * 24) },
    });
    await close(new Date());
    await expect(submitRating(left, answerTo(old!.assignmentId))).rejects.toMatchObject({
      code: "gone",
      details: { reason: "closed" },
    });
    const answer = answerTo(first!.assignmentId);
    expect(await submitRating(raterId, answer)).toMatchObject({ stored: "now" });
    const revised = { ...answerTo(first!.assignmentId), revises: answer.clientKey };
    expect(await submitRating(raterId, revised)).toMatchObject({ stored: "now" });

    await close(hoursAgo(25));
    const late = answerTo(second!.assignmentId);
    const again = { ...answerTo(first!.assignmentId), revises: revised.clientKey };
    for (const refused of [late, again]) {
      await expect(submitRating(raterId, refused)).rejects.toMatchObject({ details: { reason: "closed" } });
    }
    // What was stored before is still acknowledged to a browser that did not hear of it.
    expect(await submitRating(raterId, revised)).toMatchObject({ stored: "before" });
  });

  it("allows revising the last answer until the next one is stored", async () => {
    const study = await createOpenStudy(db, { captions: 3, ratersPerItem: 1 });
    const raterId = await join(study.inviteToken);
    const [first, second] = (await leaseAssignments(raterId)).items;
    const answer = answerTo(first!.assignmentId);
    const results = [await resultsRevision(study.studyId)];
    const submit = async (given: Parameters<typeof submitRating>[1]) => {
      const reply = await submitRating(raterId, given);
      results.push(await resultsRevision(study.studyId));
      return reply;
    };
    await submit(answer);
    expect((await leaseAssignments(raterId)).last).toMatchObject({
      item: { assignmentId: first!.assignmentId },
      answer: answer.answer,
      clientKey: answer.clientKey,
    });
    const revised = {
      ...answerTo(first!.assignmentId, { type: "pair", winner: "tie" }),
      revises: answer.clientKey,
    };
    expect(await submit(revised)).toMatchObject({ stored: "now" });
    expect(await submit(revised)).toMatchObject({ stored: "before" });
    // Results that were kept are out of date with the answer and with its revision, not when it arrives again.
    expect(new Set(results).size).toBe(3);
    expect(results[3]).toBe(results[2]);
    expect(await db.rating.findUnique({ where: { assignmentId: first!.assignmentId } })).toMatchObject({
      answer: { type: "pair", winner: "tie" },
      revision: 1,
      revisedAt: expect.any(Date),
    });
    await submitRating(raterId, answerTo(second!.assignmentId));
    const tooLate = { ...answerTo(first!.assignmentId), revises: revised.clientKey };
    await expect(submitRating(raterId, tooLate)).rejects.toMatchObject({ code: "conflict" });
  });

  it("recognises an answer that arrives again, or only, after its revision", async () => {
    const study = await createOpenStudy(db, { captions: 2, ratersPerItem: 1 });
    const raterId = await join(study.inviteToken);
    for (const { assignmentId } of (await leaseAssignments(raterId)).items) {
      const isFirstLost = (await db.rating.count()) > 0;
      const first = answerTo(assignmentId);
      const second = { ...answerTo(assignmentId), revises: first.clientKey };
      const third = {
        ...answerTo(assignmentId, { type: "pair", winner: "tie" } as const),
        revises: second.clientKey,
      };
      if (!isFirstLost) await submitRating(raterId, first);
      for (const answer of [second, third]) {
        expect(await submitRating(raterId, answer)).toMatchObject({ stored: "now" });
      }
      for (const answer of [first, second, third]) {
        expect(await submitRating(raterId, answer)).toMatchObject({ stored: "before" });
      }
      expect(await db.rating.findUnique({ where: { assignmentId } })).toMatchObject({
        answer: { type: "pair", winner: "tie" },
        clientKey: third.clientKey,
      });
    }
  });

  it("stores exactly one of two concurrent revisions", async () => {
    const study = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
    const raterId = await join(study.inviteToken);
    const answer = answerTo((await leaseAssignments(raterId)).items[0]!.assignmentId);
    await submitRating(raterId, answer);
    const revisions = (["right", "tie"] as const).map((winner) => ({
      ...answerTo(answer.assignmentId, { type: "pair", winner }),
      revises: answer.clientKey,
    }));
    const results = await Promise.allSettled(revisions.map((revision) => submitRating(raterId, revision)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const won = revisions[results.findIndex(({ status }) => status === "fulfilled")]!;
    expect(await db.rating.findUnique({ where: { assignmentId: answer.assignmentId } })).toMatchObject({
      clientKey: won.clientKey,
      answer: won.answer,
      revision: 1,
    });
  });

  it.each([
    ["pair", { type: "likert", score: 3 }, "“pair” was asked"],
    ["ranking", { type: "ranking", order: [0, 1, 1] }, "each of the 3 images once"],
    ["ranking", { type: "ranking", order: [0, 1, 2, 3] }, "each of the 3 images once"],
    ["best-worst", { type: "best-worst", best: 1, worst: 1 }, "the same image"],
    ["best-worst", { type: "best-worst", best: 0, worst: 3 }, "only 3 images"],
  ] as const)(
    "refuses an answer to a %s question that does not fit it: %j",
    async (questionType, answer, why) => {
      const study = await createOpenStudy(db, {
        captions: 1,
        ratersPerItem: 1,
        questionType,
        arms: ["real", "original", "fine-tuned"],
      });
      const raterId = await join(study.inviteToken);
      const { assignmentId } = (await leaseAssignments(raterId)).items[0]!;
      const given = "order" in answer ? { ...answer, order: [...answer.order] } : answer;
      await expect(submitRating(raterId, answerTo(assignmentId, given))).rejects.toMatchObject({
        code: "invalid_input",
        message: expect.stringContaining(why),
      });
      expect(await db.assignment.findUnique({ where: { id: assignmentId } })).toMatchObject({
        state: "LEASED",
      });
    },
  );

  it.each([
    ["ranking", { type: "ranking", order: [2, 0, 1] }],
    ["best-worst", { type: "best-worst", best: 2, worst: 0 }],
    ["likert", { type: "likert", score: 5 }],
  ] as const)("stores a fitting answer to a %s question as it was given", async (questionType, answer) => {
    const arms = ["real", "original", "fine-tuned"];
    const study = await createOpenStudy(db, { captions: 1, ratersPerItem: 1, questionType, arms });
    const raterId = await join(study.inviteToken);
    const { assignmentId } = (await leaseAssignments(raterId)).items[0]!;
    const given = "order" in answer ? { ...answer, order: [...answer.order] } : answer;
    await submitRating(raterId, answerTo(assignmentId, given));
    expect(await db.rating.findUnique({ where: { assignmentId } })).toMatchObject({ answer: given });
  });

  it("stores marked words if the study asks for them, and otherwise refuses them, as well as marks beyond the caption", async () => {
    for (const marksWords of [true, false]) {
      const study = await createOpenStudy(db, { captions: 1, ratersPerItem: 1, marksWords });
      const raterId = await join(study.inviteToken);
      const { assignmentId } = (await leaseAssignments(raterId)).items[0]!;
      const marking = (word: number) => ({
        ...answerTo(assignmentId),
        marks: [{ place: 1, missedWords: [word], wrongPoints: [] }],
      });
      // The test captions have four words.
      await expect(submitRating(raterId, marking(4))).rejects.toMatchObject({ code: "invalid_input" });
      if (marksWords) {
        await submitRating(raterId, marking(3));
        expect((await db.rating.findUniqueOrThrow({ where: { assignmentId } })).marks).toEqual(
          marking(3).marks,
        );
      } else {
        await expect(submitRating(raterId, marking(3))).rejects.toMatchObject({ code: "invalid_input" });
      }
    }
  });
});
