import { beforeAll, expect, test } from "vitest";
import { setDemoState } from "@/lib/dashboard/demo-state";
import { closeGuide, getGuide, noteLeaderboard } from "@/lib/dashboard/guide";
import { logExport } from "@/lib/votes/files/log-export";
import { answerPairs } from "@/tests/answer-pairs";
import { withTestDatabase } from "@/tests/database";
import { createOpenStudy, type StudyFixture } from "../studies/plan/open-study-fixture";

const { db } = await withTestDatabase();

const one = { id: "", email: "one@example.org" };
const other = { id: "", email: "other@example.org" };
let example: StudyFixture;
let open: StudyFixture;

beforeAll(async () => {
  for (const person of [one, other]) {
    const { email } = person;
    person.id = (await db.user.create({ data: { email, name: email, role: "RESEARCHER" } })).id;
  }
  const size = { captions: 8, ratersPerItem: 3 };
  example = await createOpenStudy(db, { ...size, fields: { isDemo: true, state: "CLOSED" } });
  open = await createOpenStudy(db, { ...size, fields: { isDemo: true } });
});

const done = async (person = one) =>
  (await getGuide(person))?.steps.filter((step) => step.done).map(({ key }) => key);

test("without the demo there is no guide", async () => {
  expect(await getGuide(one)).toBeNull();
  await setDemoState("installed");
  expect(await done()).toEqual([]);
});

test("opening the example is the first step", async () => {
  await noteLeaderboard(one, { id: example.studyId, isDemo: true, isOpen: false });
  expect(await done()).toEqual(["example"]);
});

test("the leaderboard counts as seen only with five votes of one's own in it", async () => {
  const seen = () => noteLeaderboard(one, { id: open.studyId, isDemo: true, isOpen: true });
  await answerPairs(open.inviteToken, one.id, 4);
  await seen();
  expect(await done()).toEqual(["example"]);
  expect((await getGuide(one))!.votes).toBe(4);
  await answerPairs(open.inviteToken, one.id, 1);
  await seen();
  expect(await done()).toEqual(["example", "rate", "leaderboard"]);
});

test("your own fine-tune and export are the last steps; the demo's runs do not count", async () => {
  const dataset = await db.dataset.create({ data: { name: "dogs", state: "READY" } });
  const run = (name: string, isDemo: boolean) =>
    db.fineTune.create({ data: { name, part: "BASE", datasetId: dataset.id, settings: {}, isDemo } });
  await run("shipped", true);
  expect(await done()).not.toContain("fine-tune");
  await run("own", false);
  await logExport(open.studyId, "votes.csv", other.email);
  expect(await done()).toEqual(["example", "rate", "leaderboard", "fine-tune"]);
  await logExport(open.studyId, "votes.csv", one.email);
  expect(await done()).toHaveLength(5);
});

test("a person who closes it never sees it again, but others still do", async () => {
  await closeGuide(one);
  await noteLeaderboard(one, { id: example.studyId, isDemo: true, isOpen: false });
  expect(await getGuide(one)).toBeNull();
  expect(await done(other)).toEqual(["fine-tune", "export"]);
});
