import { describe, expect, test } from "vitest";
import { reportItem } from "@/lib/rating/answer/report-item";
import { submitRating } from "@/lib/rating/answer/submit-rating";
import { excludeRater } from "@/lib/rating/checks/exclude-rater";
import { getInvitation } from "@/lib/rating/join/get-invitation";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";
import { deleteStudy } from "@/lib/studies/delete-study";
import { getStudy } from "@/lib/studies/get-study";
import { applyStopRules } from "@/lib/studies/stopping/apply-stop-rules";
import { closeStudy } from "@/lib/studies/stopping/close-study";
import { endPilot } from "@/lib/studies/stopping/end-pilot";
import { stoppingNotes } from "@/lib/studies/stopping/stopping";
import { exportResult } from "@/lib/votes/files/export-study";
import { getLeaderboard } from "@/lib/votes/leaderboard/get-leaderboard";
import { listDeviations } from "@/lib/votes/leaderboard/list-deviations";
import { releaseStudy } from "@/lib/votes/release/release-study";
import { withTestDatabase } from "@/tests/database";
import { answerAll, answerTo, join } from "../../rating/rater-at-work";
import { createOpenStudy } from "../plan/open-study-fixture";

const { db } = await withTestDatabase();
const actor = "researcher@example.org";

async function pilotOf(captions: number, fields = {}) {
  return createOpenStudy(db, { captions, ratersPerItem: 2, fields: { isPilot: true, ...fields } });
}

describe("a pilot", () => {
  test("is labelled in its leaderboard and files, records no first look, and cannot be closed or released", async () => {
    const { studyId, inviteToken } = await pilotOf(2);
    expect((await getInvitation(inviteToken)).isPilot).toBe(true);
    await answerAll(await join(inviteToken));
    const { stopping, leaderboard } = await getLeaderboard(studyId);
    expect(leaderboard.voteCount).toBe(2);
    expect(stopping).toMatchObject({ is_pilot: true, first_look: null });
    expect(stoppingNotes(stopping).join()).toMatch(/This is a pilot/);
    expect(await exportResult("leaderboard.csv", studyId)).toContain(",pilot,");
    expect((await getStudy(studyId)).stopping.first_look).toBeNull();
    await expect(closeStudy(studyId, actor)).rejects.toMatchObject({ code: "conflict" });
    await expect(releaseStudy(studyId, actor).next()).rejects.toMatchObject({ code: "conflict" });
  });

  test("is not ended by its stop rule", async () => {
    const rule = { arms: "all", tightestAtVotes: 40, coverage: 0.95 };
    const { studyId } = await pilotOf(1, { stopRule: rule });
    expect(await applyStopRules()).not.toContain(studyId);
    expect((await getStudy(studyId)).state).toBe("OPEN");
  });

  test("ends in one step: raters, answers, reports and exclusions are deleted, seats are free, the plan stays", async () => {
    const { studyId, inviteToken } = await pilotOf(2);
    const [answering, holding, reporting, excluded] = await Promise.all(
      [1, 2, 3, 4].map(() => join(inviteToken)),
    );
    await answerAll(answering!);
    const held = (await leaseAssignments(holding!)).items[0]!;
    await reportItem(holding!, { assignmentId: held.assignmentId, reason: "caption", skips: true });
    await leaseAssignments(reporting!);
    await excludeRater(excluded!, "too fast", actor);
    const { planHash } = await getStudy(studyId);

    expect(await endPilot(studyId, "start", actor)).toEqual({ raters: 4, answers: 2 });
    expect(await getStudy(studyId)).toMatchObject({
      state: "OPEN",
      isPilot: false,
      pilotRaters: 4,
      pilotAnswers: 2,
      planHash,
      ratings: { given: 0, needed: 4 },
      _count: { raters: 0, items: 2 },
    });
    const ofStudy = { assignment: { item: { studyId } } };
    expect(await db.rating.count({ where: ofStudy })).toBe(0);
    expect(await db.itemReport.count({ where: ofStudy })).toBe(0);
    expect(await db.seat.count({ where: { studyId, heldUntil: { not: null } } })).toBe(0);
    expect((await listDeviations(studyId)).join()).not.toMatch(/excluded/i);
    expect(
      await db.auditEntry.findFirst({
        where: { action: "study.pilot-ended" },
        orderBy: { sequence: "desc" },
      }),
    ).toMatchObject({ actor, detail: { studyId, next: "start", raters: 4, answers: 2, planHash } });

    // What was in somebody's hands, or on their device, is not an answer to the study.
    await expect(submitRating(reporting!, answerTo(held.assignmentId))).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await answerAll(await join(inviteToken))).toBe(2);
    expect((await getLeaderboard(studyId)).stopping.is_pilot).toBeUndefined();
    await closeStudy(studyId, actor);
  });

  test("discards answers that arrive while it ends", async () => {
    const { studyId, inviteToken } = await pilotOf(12);
    const raters = await Promise.all([1, 2, 3, 4].map(() => join(inviteToken)));
    const working = raters.map((rater) => answerAll(rater).catch(() => null));
    await endPilot(studyId, "start", actor);
    const late = await join(inviteToken);
    await Promise.all(working);
    expect(await db.rating.count({ where: { assignment: { item: { studyId } } } })).toBe(0);
    expect(await db.seat.count({ where: { studyId, isDone: true } })).toBe(0);
    expect(await answerAll(late)).toBe(12);
  });

  test("can become a draft again, which can be changed, opened and deleted", async () => {
    const { studyId, inviteToken } = await pilotOf(2);
    await answerAll(await join(inviteToken));
    await endPilot(studyId, "draft", actor);
    expect(await getStudy(studyId)).toMatchObject({
      state: "DRAFT",
      planHash: null,
      openedAt: null,
      _count: { raters: 0, items: 0 },
    });
    await expect(getInvitation(inviteToken)).rejects.toMatchObject({ code: "unavailable" });
    await deleteStudy(studyId, actor);
  });

  test("must have been opened as one: real answers are never deleted, whoever asks", async () => {
    const { studyId, inviteToken } = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
    const rater = await join(inviteToken);
    await answerAll(rater);
    await expect(endPilot(studyId, "start", actor)).rejects.toMatchObject({ code: "conflict" });
    await expect(db.study.update({ where: { id: studyId }, data: { isPilot: true } })).rejects.toThrow();
    await expect(db.rater.delete({ where: { id: rater } })).rejects.toThrow();
    expect(await db.rating.count({ where: { assignment: { raterId: rater } } })).toBe(1);
  });
});
