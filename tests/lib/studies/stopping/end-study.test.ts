/** A study stores why it ended and when its results were first looked at, and shows both with its results. */
import { expect, it } from "vitest";
import { getStudy } from "@/lib/studies/get-study";
import { closeStudy } from "@/lib/studies/stopping/close-study";
import { endStudy } from "@/lib/studies/stopping/end-study";
import { stoppingNotes } from "@/lib/studies/stopping/stopping";
import { exportResult, exportVotes } from "@/lib/votes/files/export-study";
import { getLeaderboard } from "@/lib/votes/leaderboard/get-leaderboard";
import { resultsRevision } from "@/lib/votes/leaderboard/results-revision";
import { withTestDatabase } from "@/tests/database";
import { answerAll, join } from "../../rating/rater-at-work";
import { createOpenStudy } from "../plan/open-study-fixture";

const { db } = await withTestDatabase();
const actor = "researcher@example.org";

/** Four answers are planned; each rater gives two. */
async function studyAnsweredBy(raters: number) {
  const { studyId, inviteToken } = await createOpenStudy(db, { captions: 2, ratersPerItem: 2 });
  for (let rater = 0; rater < raters; rater++) await answerAll(await join(inviteToken));
  return { studyId, inviteToken };
}

it("a study closed by hand before all answers were in always says so", async () => {
  const { studyId } = await studyAnsweredBy(1);
  await closeStudy(studyId, actor);
  const { stopping } = await getLeaderboard(studyId);
  expect(stopping).toMatchObject({
    planned_answers: 4,
    end: { reason: "by-hand", answers: 2 },
    first_look: null,
  });
  expect(stoppingNotes(stopping).join()).toMatch(/Closed by hand on .* after 2 of 4 planned answers/);
  expect((await getStudy(studyId)).stopping).toEqual(stopping);
  expect(await exportResult("leaderboard.csv", studyId)).toContain(",closed-early,");
  // Answers of a rater who is excluded afterwards do not change how many there were.
  await db.seat.updateMany({ where: { studyId }, data: { isDone: false } });
  expect((await getLeaderboard(studyId)).stopping).toEqual(stopping);
});

it("records the very first look, however results are read, and only one before the planned size", async () => {
  const looks = [
    getLeaderboard,
    (id: string) => exportResult("leaderboard.csv", id),
    (id: string) => exportVotes(id).next(),
  ];
  for (const look of looks) {
    const { studyId, inviteToken } = await studyAnsweredBy(1);
    const revision = await resultsRevision(studyId);
    await look(studyId);
    // What is kept of the results stays valid.
    expect(await resultsRevision(studyId)).toBe(revision);
    await answerAll(await join(inviteToken));
    const { stopping } = await getLeaderboard(studyId);
    expect(stopping).toMatchObject({ end: null, first_look: { answers: 2 } });
    expect(stoppingNotes(stopping).join()).toMatch(/first viewed on .*, after 2 of 4 planned answers/);
    await closeStudy(studyId, actor);
    expect(await exportResult("leaderboard.csv", studyId)).toContain(",complete looked-early,");
  }
  const { studyId } = await studyAnsweredBy(2);
  expect((await getLeaderboard(studyId)).stopping.first_look).toBeNull();
  await closeStudy(studyId, actor);
  const { stopping } = await getLeaderboard(studyId);
  expect(stoppingNotes(stopping)).toEqual([]);
  expect(await exportResult("leaderboard.csv", studyId)).toContain(",complete,");
});

it("does not count a look at a study without answers", async () => {
  const { studyId } = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
  await getLeaderboard(studyId);
  expect((await getLeaderboard(studyId)).stopping.first_look).toBeNull();
});

it("ends once, and neither its end nor the first look can be undone", async () => {
  const { studyId } = await studyAnsweredBy(1);
  await getLeaderboard(studyId);
  const ends = await Promise.all([
    endStudy(studyId, "by-hand", actor),
    endStudy(studyId, "stop-rule", "system"),
  ]);
  expect(ends.filter(Boolean)).toHaveLength(1);
  const where = { id: studyId };
  for (const data of [
    { state: "OPEN" as const },
    { endReason: "other" },
    { endAnswers: 4 },
    { firstLookAt: null },
    { firstLookAnswers: 4 },
  ]) {
    await expect(db.study.update({ where, data })).rejects.toThrow("locked");
  }
});
