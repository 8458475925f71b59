/** Evaluations in the browser: both ends of a metric, word maps, a run's curve, the report's table and its files. */
import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { parse } from "csv-parse/sync";
import { db } from "@/lib/platform/database/db";
import { type EvaluationWorld, makeEvaluationWorld } from "./evaluation-world";
import { signIn } from "./sign-in";

let world: EvaluationWorld;

test.beforeAll(async () => {
  world = await makeEvaluationWorld();
});

test.afterAll(() => db.$disconnect());

test.beforeEach(({ page }) => signIn(page, "RESEARCHER"));

test("best and worst captions lead to an image, with a map for each word", async ({ page }) => {
  const [best] = world.samples;
  const worst = world.samples.at(-1)!;
  await page.goto(`/admin/evaluations/${world.evaluationIds[0]}`);
  const figures = page.locator("figure");
  // Four images: two at either end.
  await expect(figures.nth(0)).toContainText(best!.caption);
  await expect(figures.nth(0)).toContainText("CLIPScore 0.900");
  await expect(figures.nth(0).getByRole("img", { name: `Sample: ${best!.caption}` })).toBeVisible();
  await expect(figures.nth(0).getByRole("img", { name: `Photograph: ${best!.caption}` })).toBeVisible();
  await expect(figures.nth(2)).toContainText(worst.caption);
  // Of the nearest photographs the most similar comes first: the worst caption's image, and the first photograph.
  await expect(page.getByRole("heading", { name: "Nearest photographs" })).toBeVisible();
  await expect(figures.nth(4)).toContainText("similarity 0.800");
  await expect(figures.nth(4).getByRole("img", { name: "Nearest photograph: dog-0" })).toBeVisible();

  await figures.nth(0).getByRole("link", { name: best!.caption }).click();
  await page.waitForURL(/\/images\//);
  const words = page.getByRole("group", { name: "Word" });
  await expect(words.getByRole("button", { name: "brown" })).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByText("Sample. “brown” is found most in row 2 of 2, column 1 of 2")).toBeVisible();
  await words.getByRole("button", { name: "dog" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText("Sample. “dog” is found most in row 1 of 2, column 2 of 2")).toBeVisible();
  await expect(page.getByRole("row", { name: "CLIPScore 0.9000 1 of 4" })).toBeVisible();
});

test("a run's curve is on the model's page and on the run's", async ({ page }) => {
  await page.goto(`/admin/models/${world.checkpointIds[1]}/evaluation`);
  await expect(
    page.getByText("120 of 200 image features were reused from earlier evaluations"),
  ).toBeVisible();
  await expect(
    page.getByRole("img", { name: "FID by epoch: 151 after epoch 20, 120 after epoch 40." }),
  ).toBeVisible();
  const byEpoch = page.getByRole("table", { name: "FID by epoch" });
  await expect(byEpoch.getByRole("row", { name: "20 150.5 141 to 161 4" })).toBeVisible();
  await byEpoch.getByRole("link", { name: "40" }).click();
  await page.waitForURL(`**/admin/evaluations/${world.evaluationIds[1]}`);
  await page.goto(`/admin/fine-tunes/${world.fineTuneId}`);
  await expect(page.getByRole("heading", { name: "Across epochs" })).toBeVisible();
});

test("a model's card is downloaded from its page and from its run's", async ({ page }) => {
  const name = (await db.checkpoint.findUniqueOrThrow({ where: { id: world.checkpointIds[1]! } })).name;
  await page.goto(`/admin/models/${world.checkpointIds[1]}`);
  const fromModel = page.waitForEvent("download");
  await page.getByRole("link", { name: "Model card" }).click();
  const card = await readFile(await (await fromModel).path(), "utf8");
  expect(card).toContain("| FID | 120.25 | 110.25 to 130.25 |");
  expect(card).toContain("warning: 4 images are fewer than 2048.");
  await page.goto(`/admin/fine-tunes/${world.fineTuneId}`);
  const fromRun = page.waitForEvent("download");
  await page.getByRole("link", { name: `Model card of ${name}` }).click();
  expect(await readFile(await (await fromRun).path(), "utf8")).toBe(card);
});

test("the report's table: on the page, as CSV and as LaTeX, and computed where it is missing", async ({
  page,
}) => {
  await page.goto("/admin/evaluations/table");
  for (const { name } of world.sampleSets) await page.getByLabel(name, { exact: true }).check();
  await page.getByLabel("256 px").uncheck();
  await page.getByRole("button", { name: "Show the table" }).click();
  await page.waitForURL(/set=/);
  const table = page.getByRole("table");
  await expect(table.getByRole("columnheader", { name: /^FID, 64 px/ })).toBeVisible();
  await expect(table).toContainText("120.3");
  await expect(table).toContainText("110 to 130");
  await expect(page.getByText("FID, 64 px: 4 images are fewer than 2048.")).toBeVisible();
  await expect(page.getByText(/FID, 64 px: network FID Inception; compared at/)).toBeVisible();

  const [csv] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "CSV" }).click(),
  ]);
  const bytes = await (await csv.createReadStream()).toArray();
  const rows: Record<string, string>[] = parse(Buffer.concat(bytes), { columns: true });
  const figures = rows.map(({ metric, side_px, value, n_generated }) => [
    metric,
    side_px,
    value,
    n_generated,
  ]);
  expect(figures.sort()).toEqual([
    ["fid", "64", "120.25", "4"],
    ["fid", "64", "150.5", "4"],
  ]);
  const latexAddress = await page.getByRole("link", { name: "LaTeX" }).getAttribute("href");
  const latex = await (await page.request.get(latexAddress!)).text();
  expect(latex).toContain("\\textbf{120.3}");

  // One more metric: the page offers to compute it.
  await page.goto(`${page.url()}&metric=fid&metric=kid`);
  await expect(page.getByText("2 scores have not been computed yet.")).toBeVisible();
  await page.getByRole("button", { name: "Compute missing scores" }).click();
  await expect(page.getByText("The evaluations are waiting for a worker")).toBeVisible();
  const sampleSetId = { in: world.sampleSets.map(({ id }) => id) };
  expect(await db.evaluation.count({ where: { sampleSetId, metrics: { has: "kid" }, sidePx: 64 } })).toBe(2);
});

test("an evaluation and a table are limited to captions of a category", async ({ page }) => {
  const [{ id, name }] = world.sampleSets as [{ id: string; name: string }];
  await page.goto(`/admin/evaluations/new?set=${id}`);
  const categories = page.getByRole("group", { name: "Only captions of these categories" });
  await categories.getByLabel("Pose: sitting (3)").check();
  await page.getByLabel("KID (not installed)", { exact: true }).check();
  await page.getByRole("button", { name: "Evaluate", exact: true }).click();
  await page.waitForURL(/\/admin\/evaluations\/[0-9a-f-]{36}$/);
  await expect(page.getByText("Compared with the photographs of Pose=sitting of")).toBeVisible();
  const evaluation = await db.evaluation.findUniqueOrThrow({ where: { id: page.url().split("/").at(-1)! } });
  expect(evaluation.captionCategories).toEqual(["Pose=sitting"]);

  await page.goto("/admin/evaluations/table");
  await page.getByLabel(name, { exact: true }).check();
  await page.getByLabel(/^Pose: standing/).check();
  await page.getByLabel("256 px").uncheck();
  await page.getByRole("button", { name: "Show the table" }).click();
  await page.waitForURL(/category=Pose%3Dstanding/);
  await expect(
    page.getByRole("heading", { name: /^Against images of Pose=standing of curve/ }),
  ).toBeVisible();
  await expect(page.getByRole("button", { name: "Compute missing scores" })).toBeVisible();
  await expect(page.getByText("--category Pose=standing")).toBeVisible();
});

test("a fine-tune is evaluated while it runs, as chosen in the form", async ({ page }) => {
  await page.goto(`/admin/fine-tunes/new?dataset=${world.datasetId}`);
  await page.getByLabel("Name").fill(`on the way ${crypto.randomUUID().slice(0, 8)}`);
  await page.getByLabel("Epochs", { exact: true }).fill("4");
  await page.getByLabel("Learning rate schedule").selectOption("cosine");
  await page.getByLabel("Warm-up").fill("2");
  await page.getByLabel("Evaluate after epochs").fill("2, 9");
  // No network is installed here, so no metric is ticked.
  await page.getByLabel("KID (not installed)", { exact: true }).check();
  const compared = page.getByRole("group", { name: "Compared at" });
  await compared.getByLabel("64 px").check();
  await compared.getByLabel("No resizing").uncheck();
  await page.getByRole("button", { name: "Start" }).click();
  await expect(page.getByText("There is no epoch 9: the run ends after 4.").first()).toBeVisible();
  await page.getByLabel("Evaluate after epochs").fill("2, 4");
  await page.getByRole("button", { name: "Start" }).click();
  await page.waitForURL(/\/admin\/fine-tunes\/[0-9a-f-]{36}$/);
  await expect(page.getByText("Evaluated after epochs")).toBeVisible();
  const id = page.url().split("/").at(-1)!;
  const run = await db.fineTune.findUniqueOrThrow({ where: { id } });
  expect(run.evaluation).toMatchObject({ atEpochs: [2, 4], sidesPx: [64], captionLimit: 100 });
  expect(run.settings).toMatchObject({
    keepEpochs: [2, 4],
    learningRateSchedule: "cosine",
    warmupSteps: 2,
  });
  await expect(page.getByText("Cosine, down to 0")).toBeVisible();
});

test("an empty table request is rejected with a message", async ({ page }) => {
  const answer = await page.request.get("/api/evaluations/table.csv?set=nonsense");
  expect(answer.status()).toBe(400);
  const missing = `/api/evaluations/table.tex?set=${crypto.randomUUID()}`;
  expect((await page.request.get(missing)).status()).toBe(404);
});

test("a metric whose network is missing is marked and links to the download, and its evaluation turns amber", async ({
  page,
}) => {
  await page.goto("/admin/evaluations/new");
  const fid = page.getByLabel("FID (not installed)", { exact: true });
  await expect(fid).not.toBeChecked();
  await page.getByRole("link", { name: "Download networks" }).click();
  await page.waitForURL("**/admin/evaluations/networks");
  const inception = page.getByRole("row", { name: /FID Inception/ });
  await expect(inception).toContainText("Not installed");
  await expect(inception.getByRole("button", { name: "Download" })).toBeVisible();

  await db.score.create({
    data: {
      evaluationId: world.evaluationIds[0]!,
      metric: "cmmd",
      value: null,
      low: null,
      high: null,
      realCount: 4,
      generatedCount: 4,
      recipe: {},
      warnings: [],
      remedy: "Run `npx semblance weights get clip-vit-l-14-336`.",
    },
  });
  await page.goto(`/admin/evaluations/${world.evaluationIds[0]}`);
  await expect(page.getByText("Done, 1 missing")).toBeVisible();
});
