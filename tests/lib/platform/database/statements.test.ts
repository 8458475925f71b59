/** What is asked of the database: lists ask as often for many rows as for one. For what visitors wait for, see visitor-plans.test.ts. */
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { describe, expect, it, vi } from "vitest";
import { listJobs } from "@/jobs/list-jobs";
import { listAdapters } from "@/lib/adapters/list-adapters";
import { listCheckpoints } from "@/lib/checkpoints/list-checkpoints";
import { listAuditLines } from "@/lib/dashboard/list-audit-lines";
import { recountContents } from "@/lib/datasets/count-contents";
import { listDatasets } from "@/lib/datasets/list-datasets";
import { listDesks } from "@/lib/desks/list-desks";
import { listEvaluations } from "@/lib/evaluations/list-evaluations";
import { listFineTunes } from "@/lib/fine-tunes/list-fine-tunes";
import { listMaskSets } from "@/lib/mask-sets/list-mask-sets";
import { listUsers } from "@/lib/platform/accounts/list-users";
import { listStoppedWorkers, listWorkers } from "@/lib/platform/jobs/list-workers";
import { listGuidanceComparisons } from "@/lib/samples/guidance/list-guidance-comparisons";
import { listSampleSets } from "@/lib/samples/list-sample-sets";
import { listSamplingModels } from "@/lib/samples/list-sampling-models";
import { listArmSources } from "@/lib/studies/design/list-arm-sources";
import { listStudies } from "@/lib/studies/list-studies";
import { resultsRevision } from "@/lib/votes/leaderboard/results-revision";
import { listRaters } from "@/lib/votes/list/list-raters";
import { withTestDatabase } from "@/tests/database";
import { storedCheckpoint } from "@/tests/stored-checkpoint";
import { makeDesk } from "../../desks/desk-fixture";
import { join as joinAs } from "../../rating/rater-at-work";
import { createOpenStudy } from "../../studies/plan/open-study-fixture";

const { db } = await withTestDatabase();

/** The statements that some work begins, those that only frame a transaction left out. */
async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = [];
  const query = pg.Client.prototype.query;
  const spy = vi.spyOn(pg.Client.prototype, "query").mockImplementation(function (
    this: pg.Client,
    ...given: unknown[]
  ) {
    const [asked] = given as [string | { text: string }];
    const text = typeof asked === "string" ? asked : asked.text;
    if (/^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/i.test(text)) statements.push(text);
    return Reflect.apply(query, this, given);
  } as never);
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
  return statements;
}

/** What list pages load, and other lists that grow with an installation. */
const lists = {
  listAdapters: () => listAdapters(),
  listArmSources: () => listArmSources(),
  listAuditLines: () => listAuditLines({}),
  listCheckpoints: () => listCheckpoints(),
  listDatasets: () => listDatasets({}),
  listDesks: () => listDesks(),
  listEvaluations: () => listEvaluations({}),
  listFineTunes: () => listFineTunes(),
  listGuidanceComparisons: () => listGuidanceComparisons(),
  listJobs: () => listJobs({}),
  listMaskSets: () => listMaskSets(),
  listRaters: async () => {
    const { id } = await db.study.findFirstOrThrow({ orderBy: { createdAt: "asc" } });
    return listRaters(id);
  },
  listSampleSets: () => listSampleSets(),
  listSamplingModels: () => listSamplingModels(),
  listStoppedWorkers: () => listStoppedWorkers(),
  listStudies: () => listStudies({}),
  listUsers: () => listUsers(),
  listWorkers: () => listWorkers(),
};

describe("lists", () => {
  it("of every list page are among those whose statements are counted", () => {
    const pages = readdirSync("app/admin", { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith("page.tsx"))
      .map((path) => readFileSync(join("app/admin", path), "utf8"))
      .filter((text) => text.includes("listPage"));
    expect(pages.length).toBeGreaterThan(9);
    const loaded = pages.flatMap((text) => text.match(/\blist[A-Z]\w+(?=\()/g) ?? []);
    expect(Object.keys(lists)).toEqual(expect.arrayContaining(loaded.filter((name) => name !== "listPage")));
  });

  it("ask as many statements for five rows as for one", async () => {
    const counts = async () => {
      const counted: Record<string, number> = {};
      for (const [name, list] of Object.entries(lists)) counted[name] = (await statementsOf(list)).length;
      return counted;
    };
    const inviteToken = await addRows();
    await joinAs(inviteToken);
    const once = await counts();
    for (let more = 0; more < 4; more++) {
      await addRows();
      await joinAs(inviteToken);
    }
    expect((await listStudies({})).studies).toHaveLength(5);
    expect((await listSampleSets()).sampleSets).toHaveLength(10);
    expect(await counts()).toEqual(once);
  });
});

/** One more of everything that is listed. @returns what leads to the study */
async function addRows(): Promise<string> {
  const name = randomUUID();
  const { studyId, inviteToken } = await createOpenStudy(db, { captions: 2, ratersPerItem: 1 });
  // As whatever makes a dataset leaves it: counted.
  for (const { id } of await db.dataset.findMany({ select: { id: true } })) await recountContents(db, id);
  const { datasetId } = await db.arm.findFirstOrThrow({ where: { studyId } });
  const ofDataset = { name, datasetId: datasetId! };
  const { id: fineTuneId } = await db.fineTune.create({
    data: { ...ofDataset, part: "BASE", settings: {}, step: 1, totalSteps: 1 },
  });
  const { id: baseCheckpointId } = await db.checkpoint.create({
    data: { name, ...storedCheckpoint, fineTuneId },
  });
  const blobSha256 = name.replaceAll("-", "").repeat(2);
  await db.adapter.create({
    data: { name, blobSha256, rank: 4, alpha: 4, sizes: {}, parameterCount: 1n, fineTuneId },
  });
  const { id: guidanceComparisonId } = await db.guidanceComparison.create({ data: { name, metrics: [] } });
  const ofSet = { ...ofDataset, baseCheckpointId, settings: {}, requested: 1, state: "SUCCEEDED" as const };
  const { id: sampleSetId } = await db.sampleSet.create({ data: ofSet });
  await db.sampleSet.create({ data: { ...ofSet, name: `compared ${name}`, guidanceComparisonId } });
  await db.evaluation.create({ data: { sampleSetId, datasetId: datasetId!, metrics: ["fid"] } });
  await db.maskSet.create({ data: ofDataset });
  await db.job.create({
    data: { id: randomUUID(), kind: "sample", payload: { sampleSetId }, subjectId: sampleSetId },
  });
  await makeDesk(0, { datasetId: datasetId!, selection: "all" });
  await db.user.create({ data: { email: `${name}@example.org`, name, role: "RATER" } });
  const worker = { hostname: name, pid: 1, executionProvider: "cpu", declinedProviders: [] };
  await db.worker.create({ data: { id: randomUUID(), ...worker } });
  await db.worker.create({ data: { id: randomUUID(), ...worker, duty: "DRAIN", stoppedAt: new Date() } });
  return inviteToken;
}

it("what tells whether a study's results are still the same reads no row of an answer", async () => {
  const { studyId } = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
  const asked = (await statementsOf(() => resultsRevision(studyId))).join();
  expect(asked).toContain('"Rater"');
  expect(asked).not.toMatch(/"(Rating|Assignment|Seat|Item)"/);
});
