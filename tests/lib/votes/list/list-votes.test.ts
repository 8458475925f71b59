/** On the real database: votes come in the order of their answers, whatever order they are stored in. */
import { expect, it } from "vitest";
import { listVotes, streamVotes } from "@/lib/votes/list/list-votes";
import { withTestDatabase } from "@/tests/database";
import { answerAll, join } from "../../rating/rater-at-work";
import { createOpenStudy } from "../../studies/plan/open-study-fixture";

const { db } = await withTestDatabase();

it("lists votes by the time of their answers, and by their leases where they came at the same time", async () => {
  const study = await createOpenStudy(db, { captions: 6, ratersPerItem: 1 });
  await answerAll(await join(study.inviteToken));
  const given = await db.rating.findMany({ select: { assignmentId: true } });
  expect(given).toHaveLength(6);
  // The first stored is the last answered; two are answered at once.
  const minutes = [5, 4, 3, 2, 2, 1];
  for (const [index, { assignmentId }] of given.entries()) {
    await db.rating.update({
      where: { assignmentId },
      data: {
        createdAt: new Date(Date.UTC(2026, 0, 1, 0, minutes[index])),
        latencyMs: 1000 * (index + 1),
      },
    });
  }
  const [fourth, fifth] = [given[3]!.assignmentId, given[4]!.assignmentId];
  const expected = [6000, ...(fourth < fifth ? [4000, 5000] : [5000, 4000]), 3000, 2000, 1000];
  const listed = await listVotes(study.studyId, "caption-similarity");
  expect(listed.map(({ latencyMs }) => latencyMs)).toEqual(expected);
  const streamed: (number | null)[] = [];
  for await (const votes of streamVotes(study.studyId)) {
    streamed.push(...votes.map(({ latencyMs }) => latencyMs));
  }
  expect(streamed).toEqual(expected);
});
