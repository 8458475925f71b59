/** What the web server asks for when it starts: it must work with any database, and leave nothing behind in it. */
import { expect, it } from "vitest";
import { compute } from "@/lib/computations/get-ready";
import { resultsRevision } from "@/lib/votes/leaderboard/results-revision";
import { withTestDatabase } from "@/tests/database";
import { answerAll, join } from "../rating/rater-at-work";
import { createOpenStudy } from "../studies/plan/open-study-fixture";

const { db } = await withTestDatabase();

it("finds nothing to compute in an empty database", async () => {
  await expect(compute()).resolves.toBeUndefined();
});

it("computes the results of a study without counting as somebody who looked at them", async () => {
  const { studyId, inviteToken } = await createOpenStudy(db, { captions: 4, ratersPerItem: 2 });
  await answerAll(await join(inviteToken));
  const before = await resultsRevision(studyId);
  const entries = await db.auditEntry.count();
  await compute();
  expect(await resultsRevision(studyId)).toBe(before);
  expect(await db.study.findUniqueOrThrow({ where: { id: studyId } })).toMatchObject({
    firstLookAt: null,
    releasedAt: null,
  });
  expect(await db.auditEntry.count()).toBe(entries);
});
