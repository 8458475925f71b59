/** The first visit: `npm start` on an empty data folder with the demo, then what the guide leads through. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { findViolations } from "./find-violations";
import { answerStored } from "./rater-at-screen";

const hasPack = existsSync("demo/pack/pack.json");
if (!hasPack) console.info("skipped: demo/pack/pack.json is absent, so there is no demo to visit");
test.skip(!hasPack, "demo/pack/pack.json is absent");
test.describe.configure({ mode: "serial" });

/** Drawing the demo's images and copying its models takes its time on two cores. */
const startMs = 300_000;
const port = 20_000 + Math.floor(Math.random() * 20_000);

let folder: string;
let server: ChildProcess;
let signInLink: string;
let page: Page;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(startMs);
  folder = mkdtempSync(join(tmpdir(), "semblance-first-visit-"));
  await chmod(folder, 0o755);
  server = spawn(
    process.execPath,
    ["scripts/start.mjs", "--port", String(port), "--data", join(folder, "data")],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  signInLink = await new Promise<string>((settle, reject) => {
    let said = "";
    server.stdout!.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const link = /Sign in \(works once\): (\S+)/.exec(said);
      if (link) settle(link[1]!);
    });
    server.on("close", (code) => reject(new Error(`npm start ended with exit code ${code}:\n${said}`)));
  });
  page = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
});

test.afterAll(async () => {
  const ended = new Promise((settle) => server?.once("close", settle));
  if (server?.kill("SIGTERM")) await ended;
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const guide = () => page.getByRole("complementary", { name: "First visit" });

test("the guide begins with the example study, which says that its votes are simulated", async () => {
  await page.goto(signInLink);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  await page.goto(`http://localhost:${port}/admin`);
  await expect(guide()).toContainText("See an example");
  const violations = await findViolations(page, { within: 'aside[aria-label="First visit"]' });
  expect(violations).toEqual([]);
  const tooWide = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(await tooWide()).toBeLessThanOrEqual(0);
  // The page opens on what matters: guide and header leave the rest of the screen to it.
  const phone = page.viewportSize()!;
  await page.setViewportSize({ width: 1280, height: 800 });
  const content = (await page.locator("main > header + *").boundingBox())!;
  expect(content.y).toBeLessThanOrEqual(200);
  await page.setViewportSize(phone);

  await guide().getByRole("link", { name: "Open the example" }).press("Enter");
  await expect(page.getByRole("heading", { name: "Leaderboard", level: 1 })).toBeVisible();
  await expect(page.getByText("Miniature", { exact: true }).first()).toBeVisible();
  await expect(page.getByText("Its answers are simulated")).toBeVisible();
  await expect(guide()).toContainText("Rate five pairs yourself");
});

test("five pairs are rated, and the leaderboard shows them", async () => {
  await guide().getByRole("link", { name: "Rate pairs" }).click();
  await page.getByRole("button", { name: "Begin" }).click();
  // The guide's line above must not push the answers off a phone's screen.
  await expect(page.getByRole("button", { name: "Neither fits" })).toBeInViewport({ ratio: 1 });
  for (let pair = 0; pair < 5; pair++) {
    await expect(page.locator('button[aria-disabled="false"]', { hasText: "Equally good" })).toBeVisible();
    const stored = answerStored(page);
    await page.keyboard.press("ArrowLeft");
    await stored;
  }
  await page.getByRole("link", { name: "see the leaderboard change" }).click();
  await expect(page.getByRole("heading", { name: "Leaderboard", level: 1 })).toBeVisible();
  await expect(guide()).toContainText("Start your own fine-tune");
});

test("a fine-tune starts from the filled-in form", async () => {
  // From the form itself too, which first offers no dataset that samples are compared with.
  await page.goto(`http://localhost:${port}/admin/fine-tunes/new`);
  const dataset = page.getByLabel("Dataset", { exact: true }).locator("option:checked");
  await expect(dataset).toHaveText(/^Demo dogs, to learn from/);
  await expect(page.getByLabel("Epochs", { exact: true })).toHaveValue("20");
  await guide().getByRole("link", { name: "Fill in the form" }).click();
  await expect(page.getByLabel("Epochs", { exact: true })).not.toHaveValue("20");
  await expect(guide().getByRole("link", { name: "Fill in the form" })).toHaveCount(0);
  await page.getByLabel("Name", { exact: true }).fill("My first fine-tune");
  await page.getByRole("button", { name: "Start" }).click();
  await page.waitForURL(/\/admin\/fine-tunes\/[0-9a-f-]{36}/);
  await expect(guide()).toContainText("Export the results");
});

test("after the export the guide ends and does not return", async () => {
  await guide().getByRole("link", { name: "Go to the files" }).click();
  // Computed beside the fine-tune, and everything else that a test run does.
  const download = page.waitForEvent("download", { timeout: 50_000 });
  await page.getByRole("link", { name: "Leaderboard as CSV" }).click();
  expect((await download).suggestedFilename()).toBe("leaderboard.csv");
  await expect(guide()).toContainText("You have finished the tour");
  await guide().getByRole("button", { name: "Close the guide" }).click();
  await expect(guide()).toBeHidden();
  await page.goto(`http://localhost:${port}/admin`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(guide()).toHaveCount(0);
});

test("the demo is removed in the settings, after a dialog that lists what will be deleted", async () => {
  await page.goto(`http://localhost:${port}/admin/settings`);
  await page.getByRole("button", { name: "Remove the demo" }).click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog).toContainText("simulated votes");
  await expect(dialog).toContainText("My first fine-tune");
  await dialog.getByRole("button", { name: "Remove the demo" }).click();
  await expect(page.getByRole("button", { name: "Remove the demo" })).toHaveCount(0);
  await page.goto(`http://localhost:${port}/admin/studies`);
  await expect(page.getByText("No studies yet")).toBeVisible();
});
