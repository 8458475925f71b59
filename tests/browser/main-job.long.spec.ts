/** The whole workflow in the browser: import, register, fine-tune, sample, rate as two people, leaderboard, CSV. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { parse } from "csv-parse/sync";
import { initialWeights } from "@/lib/diffusion/model/initial-weights";
import { presetOptions } from "@/lib/diffusion/model/model-presets";
import { db } from "@/lib/platform/database/db";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { openLeaderboard } from "./open-leaderboard";
import { photographs } from "./photographs";
import { signIn } from "./sign-in";

test.afterAll(() => db.$disconnect());

const folder = join(process.env.SEMBLANCE_DATA!, "imports", "main-job");
const captionCount = 3;

/** Longest time for the worker to take a job up and finish it on two busy cores. */
const jobTimeoutMs = 180_000;

async function done(page: Page, timeout = jobTimeoutMs): Promise<void> {
  await expect(page.getByText(/^(Done|Ready)$/).first()).toBeVisible({ timeout });
}

/** A random `tiny` base, as a file that somebody might have brought along. */
async function writeTinyCheckpoint(path: string): Promise<void> {
  const tensors = [...initialWeights(presetOptions("tiny", "base"), 7)].map(
    ([name, { shape, data }]) =>
      [name, { dtype: "float32" as const, shape, data: new Float32Array(data) }] as const,
  );
  await writeSafetensors(path, new Map(tensors));
}

async function drawSamples(page: Page, name: string, model: RegExp): Promise<string> {
  await page.goto("/admin/samples/new");
  await page
    .getByLabel("Captions of")
    .selectOption({ label: await optionLike(page, "Captions of", /walk in the park/) });
  await page
    .getByLabel("Base", { exact: true })
    .selectOption({ label: await optionLike(page, "Base", model) });
  await page.getByLabel("Only the first").fill(String(captionCount));
  await page.getByLabel("Name").fill(name);
  // What suits a model as narrow as these.
  await expect(page.getByLabel("Sampler", { exact: true })).toHaveValue("sde-dpm-solver++");
  await expect(page.getByLabel("Steps", { exact: true })).toHaveValue("8");
  await page.getByLabel("Steps", { exact: true }).fill("3");
  await page.getByRole("button", { name: "Draw" }).click();
  await page.waitForURL(/\/admin\/samples\/[0-9a-f-]{36}/);
  await done(page);
  return page.url();
}

/** The text of the first option of a select that matches. */
async function optionLike(page: Page, label: string, pattern: RegExp): Promise<string> {
  const options = await page.getByLabel(label, { exact: true }).locator("option").allTextContents();
  const found = options.find((option) => pattern.test(option));
  if (!found) throw new Error(`no option of “${label}” matches ${pattern}: ${options.join(" | ")}`);
  return found;
}

/** Answers every pair that is offered, and returns how many. */
async function rateEverything(page: Page, joinPath: string, keys: string[]): Promise<number> {
  await page.goto(joinPath);
  await page.getByRole("button", { name: "Begin" }).click();
  await page.waitForURL("**/rate/**");
  const thanks = page.getByRole("heading", { name: "Thank you" });
  const ready = page.locator('button[aria-disabled="false"]', { hasText: "Equally good" });
  for (let count = 0; ; count++) {
    await expect(thanks.or(ready)).toBeVisible();
    if (await thanks.isVisible()) return count;
    await page.keyboard.press(keys[count % keys.length]!);
  }
}

test("photographs become a dataset, a fine-tuned model, samples, votes of two people, and a leaderboard", async ({
  page,
  browser,
}) => {
  test.setTimeout(600_000);
  await photographs(folder, 6);
  const checkpointPath = join(process.env.SEMBLANCE_DATA!, "imports", "tiny-base.safetensors");
  await writeTinyCheckpoint(checkpointPath);
  await signIn(page, "RESEARCHER");

  await test.step("import", async () => {
    await page.goto("/admin/datasets/new");
    await page.getByLabel("Name").fill("walk in the park");
    await page.getByText("On the server", { exact: true }).click();
    await page.getByLabel("Folder or archive on the server").fill(folder);
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByRole("button", { name: "Import 6 images" }).click();
    await page.waitForURL(/\/admin\/datasets\/[0-9a-f-]{36}/);
    await done(page);
    await expect(page.getByText("6 images").first()).toBeVisible();
  });

  await test.step("register a checkpoint", async () => {
    await page.goto("/admin/models/new");
    await page.getByLabel("File on the server").fill(checkpointPath);
    await page.getByLabel("Name").fill("original tiny");
    await page.getByRole("button", { name: "Register" }).click();
    await page.waitForURL(/\/admin\/models\/[0-9a-f-]{36}/);
    await expect(page.getByRole("heading", { name: "original tiny" })).toBeVisible();
  });

  await test.step("fine-tune it, watching", async () => {
    await page.goto("/admin/fine-tunes/new");
    await page
      .getByLabel("Dataset")
      .selectOption({ label: await optionLike(page, "Dataset", /walk in the park/) });
    await page.getByText("A registered checkpoint", { exact: true }).click();
    await page.getByLabel("Model", { exact: true }).selectOption({ label: "original tiny" });
    await page.getByLabel("Name").fill("taught in the park");
    await page.getByLabel("Epochs", { exact: true }).fill("0");
    await page.getByRole("button", { name: "Start" }).click();
    await expect(page.locator('[aria-invalid="true"]')).toHaveCount(1);
    await page.getByLabel("Epochs", { exact: true }).fill("2");
    await page.getByLabel("Batch size").fill("2");
    await page.getByRole("textbox", { name: "Captions (optional)" }).fill("a brown dog");
    await page.locator('[name="settings.previewEverySteps"]').fill("6");
    await page.getByRole("button", { name: "Start" }).click();
    await page.waitForURL(/\/admin\/fine-tunes\/[0-9a-f-]{36}/);
    await done(page);
    await expect(page.getByRole("heading", { name: "Loss" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Enlarge: a brown dog" }).locator("img")).toBeVisible();
    const run = await db.fineTune.findUniqueOrThrow({
      where: { name: "taught in the park" },
      include: { losses: true },
    });
    expect(run.losses).toHaveLength(6);
  });

  await test.step("sample before and after", async () => {
    await drawSamples(page, "before", /original tiny/);
    await drawSamples(page, "after", /taught in the park/);
    const samples = await db.sample.findMany({ include: { sampleSet: true } });
    expect(samples.filter((sample) => ["before", "after"].includes(sample.sampleSet.name))).toHaveLength(
      2 * captionCount,
    );
  });

  const joinPath = await test.step("open a study", async () => {
    await page.goto("/admin/studies/new");
    await page.getByLabel("Name", { exact: true }).fill("park, blind");
    for (const arm of ["walk in the park", "before", "after"])
      await page.getByLabel(arm, { exact: true }).check();
    await page.getByRole("button", { name: "Save draft" }).click();
    await page.waitForURL(/\/admin\/studies\/[0-9a-f-]{36}$/);
    await page.getByRole("link", { name: "Change", exact: true }).click();
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue("park, blind");
    await expect(page.getByLabel("after", { exact: true })).toBeChecked();
    await page.getByLabel("Raters per item").fill("2");
    await page.getByRole("button", { name: "Save draft" }).click();
    await page.waitForURL(/\/admin\/studies\/[0-9a-f-]{36}$/);
    await expect(page.getByText("Raters per item").locator("xpath=following::dd[1]")).toHaveText("2");
    await page.getByRole("button", { name: "Open study" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Open study" }).click();
    const link = page.locator("code", { hasText: /\/join\/[\w-]+$/ });
    await expect(link).toBeVisible({ timeout: 30_000 });
    return new URL((await link.textContent())!).pathname;
  });

  await test.step("rate as two people", async () => {
    for (const keys of [
      ["ArrowLeft", "ArrowRight"],
      ["ArrowRight", "=", "0"],
    ]) {
      const context = await browser.newContext();
      expect(await rateEverything(await context.newPage(), joinPath, keys)).toBe(3 * captionCount);
      await context.close();
    }
  });

  await test.step("read the leaderboard and its CSV", async () => {
    await openLeaderboard(page);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Leaderboard as CSV" }).click(),
    ]);
    const rows: Record<string, string>[] = parse(readFileSync(await download.path()), { columns: true });
    expect(rows.map((row) => row.arm).sort()).toEqual(["after", "before", "real"]);
    for (const row of rows) {
      expect(Number(row.num_battles)).toBe(2 * 2 * captionCount);
      expect(Number(row.rating_q025)).toBeLessThan(Number(row.rating));
      expect(Number(row.rating)).toBeLessThan(Number(row.rating_q975));
      expect(row.n_raters).toBe("2");
    }
    const after = rows.find((row) => row.arm === "after")!;
    const { blobSha256 } = await db.checkpoint.findFirstOrThrow({
      where: { fineTune: { name: "taught in the park" } },
      orderBy: { step: "desc" },
    });
    expect(after.checkpoint_sha256).toBe(blobSha256);
  });
});
