/** A run's page: what its charts show and how they are zoomed, by pointer, finger and keys; its log and previews. */
import { readFile } from "node:fs/promises";
import { expect, type Page, test } from "@playwright/test";
import { db } from "@/lib/platform/database/db";
import { findViolations } from "./find-violations";
import { makeRunWorld, type RunWorld, runSteps } from "./run-world";
import { signIn } from "./sign-in";

let world: RunWorld;

test.beforeAll(async () => {
  world = await makeRunWorld();
});

test.afterAll(() => db.$disconnect());

const noViolations = async (page: Page) => expect(await findViolations(page)).toEqual([]);
const chart = (page: Page, title: string) =>
  page.getByRole("application", { name: new RegExp(`^${title}[.]`) });
const figure = (page: Page, title: string) => page.getByRole("figure", { name: title, exact: true });

test("a run's charts are read, zoomed, smoothed and taken along as a file", async ({ page }) => {
  await signIn(page, "RESEARCHER");
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`/admin/fine-tunes/${world.runs[0]!.id}`);
  for (const title of ["Loss", "Gradient norm", "Learning rate", "Throughput", "Memory", "Load"])
    await expect(chart(page, title)).toBeVisible();
  await expect(chart(page, "Throughput").getByText("Images per second")).toBeVisible();
  await noViolations(page);

  // The single step far above the others is drawn, although a point stands for five steps.
  await figure(page, "Loss").getByText("As a table").click();
  const table = figure(page, "Loss").getByRole("region", { name: "Loss by step" });
  await expect(table.getByRole("row").first()).toContainText("Loss, running mean");

  const plot = chart(page, "Loss");
  await plot.scrollIntoViewIfNeeded();
  const box = (await plot.boundingBox())!;
  await page.mouse.move(box.x + 0.5 * box.width, box.y + 60);
  await expect(plot.getByText(/^step 1,\d{3}:/)).toBeVisible();
  await expect(plot.getByText(/, mean 0[.]\d+/)).toBeVisible();
  const detail = page.waitForResponse(/[/]curves[?]from=/);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.6 * box.width, box.y + 80, { steps: 4 });
  await page.mouse.up();
  expect((await (await detail).json()).loss.every((point: number[]) => point.length === 2)).toBe(true);
  // All charts show the same steps.
  await expect(figure(page, "Load").getByRole("button", { name: "Show all steps: Load" })).toBeEnabled();
  await figure(page, "Load").getByRole("button", { name: "Show all steps: Load" }).click();
  await expect(figure(page, "Loss").getByRole("button", { name: "Zoom out: Loss" })).toBeDisabled();

  await plot.focus();
  await page.keyboard.press("ArrowRight");
  await expect(plot.getByText("step 5:")).toBeVisible();
  await page.keyboard.press("+");
  await expect(figure(page, "Loss").getByRole("button", { name: "Zoom out: Loss" })).toBeEnabled();
  await page.keyboard.press("Escape");
  await expect(figure(page, "Loss").getByRole("button", { name: "Zoom out: Loss" })).toBeDisabled();

  await page.getByRole("slider", { name: "Smoothing" }).press("Home");
  await expect(page.getByText("faint: measured, strong: running mean")).toBeHidden();
  await expect(table.getByRole("row").first()).not.toContainText("running mean");
  await figure(page, "Loss").getByRole("button", { name: "Linear" }).click();
  await expect(plot.getByText("8", { exact: true })).toBeVisible();

  const saving = page.waitForEvent("download");
  await page.getByRole("link", { name: "Every step as CSV" }).click();
  const lines = (await readFile(await (await saving).path(), "utf8")).trim().split("\n");
  expect(lines).toHaveLength(runSteps + 1);
  expect(lines[1234]).toMatch(/^1234,8,/);
});

test("on a phone, charts are zoomed by a finger, previews stepped through, and the log searched", async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    colorScheme: "dark",
    ...(baseURL && { baseURL }),
  });
  const page = await context.newPage();
  await signIn(page, "RESEARCHER");
  await page.goto(`/admin/fine-tunes/${world.runs[1]!.id}`);
  const plot = chart(page, "Loss");
  await plot.scrollIntoViewIfNeeded();
  const box = (await plot.boundingBox())!;
  const touches = await context.newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", share: number) =>
    touches.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: type === "touchEnd" ? [] : [{ x: box.x + share * box.width, y: box.y + 80 }],
    });
  await touch("touchStart", 0.4);
  for (const share of [0.45, 0.5, 0.55, 0.6, 0.65, 0.7]) await touch("touchMove", share);
  await touch("touchEnd", 0.7);
  const showAll = figure(page, "Loss").getByRole("button", { name: "Show all steps: Loss" });
  await expect(showAll).toBeEnabled();
  // A tap that follows a drag at once may count as the end of the drag's momentum.
  await showAll.click();
  await expect(showAll).toBeDisabled();

  await expect(page.getByText("Step 3,000 (3 of 3)")).toBeVisible();
  await page.getByRole("slider", { name: "Step of the previews" }).press("ArrowLeft");
  await expect(page.getByText("Step 2,000 (2 of 3)")).toBeVisible();
  await page.getByRole("button", { name: "All steps", exact: true }).tap();
  await expect(page.getByRole("columnheader", { name: "Step 1,000" })).toBeAttached();

  const log = page.getByRole("region", { name: "Log of the run" });
  await page.getByRole("button", { name: "Warnings and errors 2" }).tap();
  await expect(log.locator("p")).toHaveCount(2);
  await page.getByRole("searchbox", { name: "Words in the log" }).fill("disk");
  await expect(log.locator("p")).toHaveCount(1);
  await expect(log.getByText("Error", { exact: true })).toBeVisible();
  await noViolations(page);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
  await context.close();
});

test("runs chosen in the list are compared: curves, differences, previews; and are tagged, found and archived", async ({
  page,
}) => {
  const [first, second] = world.runs;
  await signIn(page, "RESEARCHER");
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`/admin/fine-tunes?search=${first!.name.slice(-8)}&sort=finalLoss`);
  const rows = page.getByRole("table", { name: "Fine-tunes" }).locator("tbody tr");
  // The one with the higher learning rate has come further.
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText(second!.name);
  await noViolations(page);
  for (const { name } of world.runs) await page.getByRole("checkbox", { name: `Compare ${name}` }).check();
  await page.getByRole("button", { name: "Compare runs" }).click();
  await page.waitForURL("**/admin/fine-tunes/compare?run=*");
  const loss = page.getByRole("figure", { name: "Loss", exact: true });
  await expect(loss.getByRole("listitem").filter({ hasText: first!.name })).toBeVisible();
  await expect(loss.getByRole("listitem").filter({ hasText: second!.name })).toBeVisible();
  const settings = page.getByRole("table", { name: "Settings" });
  await expect(settings.getByRole("row", { name: /^Learning rate differs 0[.]0003 0[.]0001/ })).toBeVisible();
  await expect(settings.getByRole("row", { name: /^Batch size 4 4/ })).toBeVisible();
  await expect(
    page.getByRole("table", { name: "Results" }).getByRole("row", { name: /^Final loss differs/ }),
  ).toBeVisible();
  await page.getByRole("slider", { name: "Step of the previews" }).press("Home");
  await expect(
    page.getByRole("table", { name: "Previews by caption and run" }).getByText("Step 1,000"),
  ).toHaveCount(4);
  await noViolations(page);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

  await page.goto(`/admin/fine-tunes/${first!.id}`);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole("button", { name: "Notes" }).click();
  const dialog = page.getByRole("dialog", { name: "Tags and notes" });
  await dialog.getByLabel("Tags").fill(`Baseline ${first!.id.slice(-6)}, slow`);
  await dialog.getByLabel("Notes").fill("Half the learning rate of the other one.");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: `baseline ${first!.id.slice(-6)}` }).click();
  await expect(rows).toHaveCount(1);
  await rows.getByRole("link", { name: first!.name }).click();
  await page.getByRole("button", { name: "Archive", exact: true }).click();
  await expect(page.getByRole("button", { name: "Back into the list" })).toBeVisible();
  await page.goto(`/admin/fine-tunes?search=${first!.name.slice(-8)}`);
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText(second!.name);
  await page.getByRole("link", { name: "Archived" }).click();
  await expect(rows).toContainText(first!.name);

  // Once a run is validated, its page draws the loss of each quarter of the timesteps.
  await db.validationPoint.createMany({
    data: [0, 1500, runSteps].map((step) => ({
      fineTuneId: first!.id,
      step,
      heldOut: 1 / (1 + step / 100),
      training: 0.9 / (1 + step / 100),
      heldOutBands: [4, 2, 1, 0.5].map((factor) => factor / (1 + step / 100)),
      trainingBands: [4, 2, 1, 0.5].map((factor) => factor / (1.1 + step / 100)),
      isAverage: true,
    })),
  });
  await page.goto(`/admin/fine-tunes/${first!.id}`);
  await expect(chart(page, "Validation loss by timesteps")).toBeVisible();
  await expect(figure(page, "Validation loss by timesteps").getByRole("listitem")).toHaveCount(4);
  await expect(figure(page, "Loss").getByText("Validation loss", { exact: true })).toBeVisible();
});
