/** The removal of the demo as it is typed, on a real database. */
import { PassThrough } from "node:stream";
import { beforeAll, expect, test } from "vitest";
import { reset } from "@/cli/reset";
import { getDemoState, setDemoState } from "@/lib/dashboard/demo-state";
import { simulatedInput } from "@/lib/dashboard/remove-demo";
import { answerPairs } from "@/tests/answer-pairs";
import { withTestDatabase } from "@/tests/database";
import { pastGuards } from "@/tests/past-guards";
import { createOpenStudy, type StudyFixture } from "../lib/studies/plan/open-study-fixture";

const { db } = await withTestDatabase();
let demo: StudyFixture;
let own: StudyFixture;

beforeAll(async () => {
  const { id } = await db.user.create({ data: { email: "a@example.org", name: "a", role: "RESEARCHER" } });
  demo = await createOpenStudy(db, {
    captions: 3,
    ratersPerItem: 2,
    fields: { isDemo: true, name: "Demo study" },
  });
  own = await createOpenStudy(db, { captions: 3, ratersPerItem: 2, fields: { name: "Own study" } });
  await answerPairs(demo.inviteToken, id, 3);
  await answerPairs(own.inviteToken, id, 2);
  const [first] = await db.rating.findMany({
    where: { assignment: { rater: { studyId: demo.studyId } } },
    orderBy: { createdAt: "asc" },
  });
  await pastGuards(db, (transaction) =>
    transaction.rating.update({
      where: { assignmentId: first!.assignmentId },
      data: { inputKind: simulatedInput },
    }),
  );
  const shipped = await db.dataset.create({ data: { name: "Demo dogs", state: "READY", isDemo: true } });
  await db.dataset.create({ data: { name: "Demo dogs, held out", state: "READY", isDemo: true } });
  await db.fineTune.create({ data: { name: "Own run", part: "BASE", datasetId: shipped.id, settings: {} } });
});

async function run(answer: string | null, options: { yes?: boolean } = {}) {
  const input = new PassThrough();
  const output = new PassThrough();
  input.end(answer ?? "");
  const code = await reset(options, { input, output });
  output.end();
  return { code, said: String(output.read()) };
}

const votesOf = ({ studyId }: StudyFixture) =>
  db.rating.count({ where: { assignment: { rater: { studyId } } } });

test("without a demo it says so and does nothing", async () => {
  expect(await run(null)).toEqual({ code: 0, said: expect.stringContaining("There is no demo") });
});

test("it first shows what will be removed and what will stay, and any answer but yes keeps everything", async () => {
  await setDemoState("installed");
  for (const answer of ["no\n", "", null]) {
    const { code, said } = await run(answer);
    expect(code).toBe(1);
    expect(said).toContain("Removed: 1 study: “Demo study”");
    expect(said).toContain("Removed: 1 dataset: “Demo dogs, held out”");
    expect(said).toContain("Removed: 1 simulated vote of");
    expect(said).toContain("Removed: 2 votes that people gave");
    expect(said).toContain("Kept: dataset “Demo dogs”, because “Own run” needs it");
    expect(said).toContain("Nothing was removed.");
  }
  expect([await votesOf(demo), await votesOf(own)]).toEqual([3, 2]);
});

test("votes of a study that is not the demo's cannot be deleted, nor be made the demo's", async () => {
  const ofOwn = { assignment: { rater: { studyId: own.studyId } } };
  await expect(db.rating.deleteMany({ where: ofOwn })).rejects.toThrow(/votes are kept/);
  await expect(db.study.update({ where: { id: own.studyId }, data: { isDemo: true } })).rejects.toThrow(
    /locked/,
  );
});

test("yes removes the demo with its votes, and leaves everything else", async () => {
  const { code, said } = await run("yes\n");
  expect(code).toBe(0);
  expect(said).toContain("The demo was removed.");
  expect(await getDemoState()).toBe("removed");
  expect([await votesOf(demo), await votesOf(own)]).toEqual([0, 2]);
  expect(await db.study.findMany({ select: { name: true } })).toEqual([{ name: "Own study" }]);
  expect((await db.dataset.findMany({ where: { isDemo: true } })).map(({ name }) => name)).toEqual([
    "Demo dogs",
  ]);
});
