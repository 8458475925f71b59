/**
 * Pages open on their content: header, guide and labels take little of the first screen, and what takes time is not
 * waited for but announced, without anything moving when it comes.
 */
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { getDemoState, setDemoState } from "@/lib/dashboard/demo-state";
import { db } from "@/lib/platform/database/db";
import { makePanelWorld } from "./panel-world";
import { findRoutes, toAddress } from "./routes";
import { signIn } from "./sign-in";

const screens = [
  { width: 1280, height: 800, mostPx: 200 },
  { width: 390, height: 844, mostPx: 240 },
];

let ids: Record<string, string>;
let context: BrowserContext;
let page: Page;
let demoState: Awaited<ReturnType<typeof getDemoState>> | undefined;

/** What may bears the demo's label, and the guide of a first visit stands above. */
test.beforeAll(async ({ browser }) => {
  ({ ids } = await makePanelWorld());
  const demo = { data: { isDemo: true } };
  await db.dataset.update({ where: { id: ids.datasetId! }, ...demo });
  await db.checkpoint.update({ where: { id: ids.checkpointId! }, ...demo });
  await db.fineTune.update({ where: { id: ids.fineTuneId! }, ...demo });
  await db.sampleSet.update({ where: { id: ids.sampleSetId! }, ...demo });
  await copyAsDemo(ids.draftId!, "CLOSED");
  await copyAsDemo(ids.draftId!, "OPEN");
  demoState = await getDemoState();
  await setDemoState("installed");
  context = await browser.newContext({ reducedMotion: "reduce" });
  page = await context.newPage();
  await signIn(page, "ADMINISTRATOR");
});

test.afterAll(async () => {
  if (demoState) await setDemoState(demoState);
  await db.study.deleteMany({ where: { isDemo: true } });
  await context?.close();
  await db.$disconnect();
});

/** A study's own row alone, as the guide looks for one. Whether it is the demo's can never change. */
async function copyAsDemo(studyId: string, state: string): Promise<void> {
  await db.$executeRaw`
    INSERT INTO "Study" SELECT (jsonb_populate_record(study, jsonb_build_object(
      'id', gen_random_uuid(), 'name', gen_random_uuid(), 'inviteToken', gen_random_uuid(),
      'state', ${state}::text, 'isDemo', true))).*
    FROM "Study" study WHERE "id" = ${studyId}::uuid`;
}

const dashboard = findRoutes()
  .filter(({ kind, pattern }) => kind === "page" && pattern.startsWith("/admin"))
  .map(({ pattern }) => pattern);

/** Pages with a part that takes time, and a table that only this part reads. */
const waiting: Record<string, string> = {
  "/admin": "Sample",
  "/admin/datasets": "Dataset",
  "/admin/evaluations": "Evaluation",
  "/admin/evaluations/[evaluationId]": "ImageScore",
  "/admin/evaluations/[evaluationId]/images/[sampleId]": "ImageScore",
  "/admin/evaluations/new": "SampleSet",
  "/admin/evaluations/table": "SampleSet",
  "/admin/fine-tunes/[fineTuneId]": "LossPoint",
  "/admin/fine-tunes/new": "Checkpoint",
  "/admin/jobs": "Job",
  "/admin/models": "Checkpoint",
  "/admin/models/[checkpointId]/evaluation": "Evaluation",
  "/admin/samples": "SampleSet",
  "/admin/samples/[sampleSetId]": "Caption",
  "/admin/samples/new": "Checkpoint",
  "/admin/studies/[studyId]": "ItemReport",
  "/admin/studies/[studyId]/leaderboard": "Evaluation",
  "/admin/studies/new": "SampleSet",
};

test("the content begins within 200 px of a desktop's screen and 240 px of a phone's", async () => {
  test.setTimeout(300_000);
  const late: string[] = [];
  // Those with slow content are measured below, where they are opened on both screens.
  for (const pattern of dashboard.filter((one) => !(one in waiting))) {
    await page.goto(toAddress(pattern, ids));
    await expect(guide()).toBeVisible();
    for (const { width, height, mostPx } of screens) {
      await page.setViewportSize({ width, height });
      // What follows the width by script settles a moment later.
      await expect
        .poll(contentTop)
        .toBeLessThanOrEqual(mostPx)
        .catch(async () => late.push(`${pattern} at ${width} px: ${await contentTop()}`));
    }
  }
  expect(late).toEqual([]);
});

for (const { width, height, mostPx } of screens) {
  test(`slow content has a skeleton and causes no layout shift when it arrives, at ${width} px`, async () => {
    test.setTimeout(300_000);
    await page.setViewportSize({ width, height });
    await page.addInitScript(() => {
      const shifts = { sum: 0 };
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.sum += (entry as unknown as { value: number }).value;
      }).observe({ type: "layout-shift", buffered: true });
    });
    for (const [pattern, table] of Object.entries(waiting)) {
      const release = await lockTable(table);
      try {
        const response = await page.goto(toAddress(pattern, ids), { waitUntil: "commit" });
        expect(response!.status(), pattern).toBe(200);
        await expect(page.locator("main h1"), pattern).toBeVisible();
        await expect(page.getByText("Loading", { exact: true }), pattern).toBeAttached();
        // What moves when the scripts start is not meant here.
        await page.waitForTimeout(300);
        const start = await contentTop();
        const moved = await page.evaluate(
          () => (window as unknown as { shifts: { sum: number } }).shifts.sum,
        );
        await release();
        await expect(page.getByText("Loading", { exact: true }), pattern).toHaveCount(0);
        const top = await contentTop();
        expect(top, pattern).toBeCloseTo(start, -0.5);
        await expect(guide()).toBeVisible();
        expect(top, `${pattern} begins`).toBeLessThanOrEqual(mostPx);
        const sum = await page.evaluate(() => (window as unknown as { shifts: { sum: number } }).shifts.sum);
        expect(sum - moved, `${pattern} shifts`).toBeLessThanOrEqual(0.02);
      } finally {
        await release();
      }
    }
  });
}

test("what a link leads to is fetched when somebody reaches for it, and not before", async () => {
  const fetched: string[] = [];
  page.on("request", (request) => {
    if (request.headers()["next-router-prefetch"]) fetched.push(new URL(request.url()).pathname);
  });
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto("/admin/studies");
  await page.waitForLoadState("networkidle");
  expect(fetched).toEqual([]);
  await page.getByRole("link", { name: "Datasets", exact: true }).hover();
  await expect.poll(() => fetched).toContain("/admin/datasets");
  expect(new Set(fetched).size).toBe(1);
});

test("addresses of things that do not exist answer 404 before anything else", async () => {
  const unknown = "00000000-0000-4000-8000-000000000000";
  for (const pattern of dashboard.filter((one) => one.includes("["))) {
    for (const id of [unknown, "no-id"]) {
      const address = toAddress(pattern, Object.fromEntries(Object.keys(ids).map((name) => [name, id])));
      expect((await page.request.get(address)).status(), address).toBe(404);
    }
  }
  const board = toAddress("/admin/studies/[studyId]/leaderboard", ids);
  expect((await page.request.get(`${board}?criterion=nothing`)).status()).toBe(404);
  const table = `/admin/evaluations/table?set=${unknown}&metric=fid&side=own`;
  expect((await page.request.get(table)).status()).toBe(404);
  for (const form of ["fine-tunes/new?from", "samples/new?like", "studies/new?from"]) {
    expect((await page.request.get(`/admin/${form}=${unknown}`)).status(), form).toBe(404);
  }
});

const guide = () => page.getByRole("complementary", { name: "First visit" });

/** Of what is below the header; a list may be drawn again while it is measured. */
async function contentTop(): Promise<number> {
  const content = page.locator("main > header ~ :not(script, template)").first();
  await expect.poll(() => content.boundingBox()).not.toBeNull();
  return (await content.boundingBox())?.y ?? contentTop();
}

/** Every reader of the table waits until the returned function is called. */
async function lockTable(table: string): Promise<() => Promise<void>> {
  let release = () => {};
  const released = new Promise<void>((settle) => {
    release = settle;
  });
  let holding = Promise.resolve();
  await new Promise<void>((locked, reject) => {
    holding = db
      .$transaction(
        async (transaction) => {
          await transaction.$executeRawUnsafe(`LOCK TABLE "${table}" IN ACCESS EXCLUSIVE MODE`);
          locked();
          await released;
        },
        { timeout: 60_000 },
      )
      .catch(reject);
  });
  return () => {
    release();
    return holding;
  };
}
