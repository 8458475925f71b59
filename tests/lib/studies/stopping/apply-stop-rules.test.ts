/** Studies that close automatically once their arms are separated, and record it in the audit log. */
import { describe, expect, it } from "vitest";
import { applyStopRules } from "@/lib/studies/stopping/apply-stop-rules";
import { getLeaderboard } from "@/lib/votes/leaderboard/get-leaderboard";
import { withTestDatabase } from "@/tests/database";
import { createOpenStudy } from "../plan/open-study-fixture";

const { db } = await withTestDatabase();

/** Votes of `raters` people on every item; `winnerOf` says which of the item's images each of them prefers. */
async function vote(studyId: string, raters: number, winnerOf: (item: number, rater: number) => number) {
  const items = await db.item.findMany({ where: { studyId }, orderBy: { id: "asc" } });
  const ids: string[] = [];
  for (let rater = 0; rater < raters; rater++) {
    const person = await db.rater.create({ data: { studyId } });
    ids.push(person.id);
    for (const [index, item] of items.entries()) {
      const placement = (index + rater) % 2 === 0 ? [0, 1] : [1, 0];
      const side = placement.indexOf(winnerOf(index, rater)) === 0 ? "left" : "right";
      await db.assignment.create({
        data: {
          itemId: item.id,
          raterId: person.id,
          state: "DONE",
          placement,
          imageTokens: [],
          ordinal: index,
          leaseExpiresAt: new Date(),
          rating: {
            create: {
              answer: { type: "pair", winner: side },
              clientKey: `${person.id} ${index}`,
              latencyMs: 1000,
            },
          },
        },
      });
    }
  }
  return ids;
}

async function studyWithRule() {
  const stopRule = { arms: ["real", "original"], tightestAtVotes: 60, coverage: 0.95 };
  const { studyId } = await createOpenStudy(db, { captions: 12, ratersPerItem: 6, fields: { stopRule } });
  return studyId;
}

describe("applyStopRules", () => {
  it("closes a study whose first arm nearly always wins, once, with the numbers in the audit log", async () => {
    const studyId = await studyWithRule();
    await vote(studyId, 6, (item, rater) => ((item * 5 + rater) % 9 === 0 ? 1 : 0));
    const { assignmentId } = await db.rating.findFirstOrThrow({
      where: { assignment: { item: { studyId } } },
    });
    await db.rating.update({
      where: { assignmentId },
      data: { answer: { type: "pair", winner: "both_bad" } },
    });
    expect(await applyStopRules()).toEqual([studyId]);
    expect(await applyStopRules()).toEqual([]);
    expect((await db.study.findUniqueOrThrow({ where: { id: studyId } })).state).toBe("CLOSED");
    expect((await getLeaderboard(studyId)).stopping).toMatchObject({
      end: { reason: "stop-rule" },
      first_look: null,
    });
    const entry = await db.auditEntry.findFirstOrThrow({ where: { action: "study.stopped-early" } });
    expect(entry.detail).toMatchObject({
      studyId,
      decisions: [
        {
          criterion: "caption-similarity",
          votes: 71,
          neither: 1,
          stop: true,
          differences: [{ first: "real", second: "original" }],
        },
      ],
    });
  });

  it("keeps a study open whose arms win equally often, and does not count excluded raters", async () => {
    const even = await studyWithRule();
    await vote(even, 6, (item, rater) => (item + rater) % 2);
    const clear = await studyWithRule();
    const raters = await vote(clear, 6, (item, rater) => ((item * 5 + rater) % 9 === 0 ? 1 : 0));
    await db.rater.updateMany({
      where: { id: { in: raters.slice(0, 2) } },
      data: { excludedAt: new Date(), exclusionReason: "test" },
    });
    // Four raters are fewer than the five that an interval over raters needs.
    expect(await applyStopRules()).toEqual([]);
    await db.study.updateMany({ where: { id: { in: [even, clear] } }, data: { state: "CLOSED" } });
  });
});
