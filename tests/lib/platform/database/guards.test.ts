/** What the database itself rejects, for any connection: deleting votes, and changing an opened study's plan. */
import { beforeAll, describe, expect, it } from "vitest";
import { closeStudy } from "@/lib/studies/stopping/close-study";
import { withTestDatabase } from "@/tests/database";
import { answerAll, join } from "../../rating/rater-at-work";
import { createOpenStudy, type StudyFixture } from "../../studies/plan/open-study-fixture";

const { db } = await withTestDatabase();
let study: StudyFixture;

beforeAll(async () => {
  study = await createOpenStudy(db, { captions: 2, ratersPerItem: 2 });
  await answerAll(await join(study.inviteToken));
});

describe("votes", () => {
  it("cannot be deleted: not alone, not with their rater, item or study, and not all at once", async () => {
    const attempts = [
      () => db.rating.deleteMany(),
      () => db.rater.deleteMany(),
      () => db.assignment.deleteMany(),
      () => db.item.deleteMany(),
      () => db.study.deleteMany(),
      () => db.$executeRaw`TRUNCATE "Rating"`,
      () => db.$executeRaw`TRUNCATE "Study" CASCADE`,
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toThrow(/votes are kept|locked/);
    expect(await db.rating.count()).toBe(2);
  });
});

describe("the plan of an opened study", () => {
  const where = () => ({ studyId: study.studyId });
  const changes: Record<string, () => Promise<unknown>> = {
    "its k": () => db.study.update({ where: { id: study.studyId }, data: { ratersPerItem: 3 } }),
    "its hash": () => db.study.update({ where: { id: study.studyId }, data: { planHash: null } }),
    "its stop rule": () => db.study.update({ where: { id: study.studyId }, data: { stopRule: {} } }),
    "its registration": () =>
      db.study.update({ where: { id: study.studyId }, data: { registration: { hypothesis: "Another." } } }),
    "its primary comparison": () =>
      db.study.update({
        where: { id: study.studyId },
        data: { primary: { question: "x", arms: ["a", "b"] } },
      }),
    "a question": () => db.criterion.updateMany({ where: where(), data: { question: "Which is nicer?" } }),
    "an arm": () => db.arm.updateMany({ where: where(), data: { position: 7 } }),
    "a caption": () => db.item.updateMany({ where: where(), data: { captionText: "a cat" } }),
    "a image": () => db.itemImage.updateMany({ data: { blobSha256: "0".repeat(64) } }),
    "a placement": () => db.seat.updateMany({ where: where(), data: { placement: [0, 1] } }),
    "fewer seats": () => db.seat.deleteMany({ where: { ...where(), isDone: false } }),
  };
  for (const [name, change] of Object.entries(changes)) {
    it(`is locked: ${name}`, () => expect(change()).rejects.toThrow("locked"));
  }

  it("allows closing the study, and changing and deleting a draft", async () => {
    await closeStudy(study.studyId, "ada@example.org");
    const draft = await createOpenStudy(db, {
      captions: 1,
      ratersPerItem: 1,
      fields: { planHash: null, state: "DRAFT" },
    });
    await db.study.update({ where: { id: draft.studyId }, data: { ratersPerItem: 3 } });
    await db.study.delete({ where: { id: draft.studyId } });
  });
});
