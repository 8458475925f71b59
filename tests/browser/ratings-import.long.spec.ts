/** Ratings collected elsewhere become a study in the dashboard: preview, rejected rows, and every page of the result. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { db } from "@/lib/platform/database/db";
import { findViolations } from "./find-violations";
import { openLeaderboard } from "./open-leaderboard";
import { signIn } from "./sign-in";

test.afterAll(() => db.$disconnect());

const rows = Array.from({ length: 80 }, (_, i) => {
  const [model, prompt, worker] = [i % 2, (i >> 1) % 10, Math.floor(i / 20)];
  return `a dog ${prompt},${["plain", "tuned"][model]},w${worker},${40 + 25 * model + ((prompt * 7 + worker * 5) % 20)},item-${i}`;
});
/** With a column that is too wide for a phone. */
const header = "sentence,system,worker,points,identifier_of_the_item_in_its_own_list";

test("scores are previewed, refused by row, imported, and shown as any study", async ({ page }) => {
  const path = join(process.env.SEMBLANCE_DATA!, "elsewhere.csv");
  writeFileSync(path, `${header}\n${[...rows, "a dog 3,plain,w9,eleven,"].join("\n")}\n`);
  await signIn(page, "RESEARCHER");
  await page.goto("/admin/studies");
  await page.getByRole("link", { name: "Import ratings" }).click();
  await page.locator('input[type="file"]').setInputFiles(path);
  await expect(page.getByLabel("Name of the study")).toHaveValue("elsewhere");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByText(/Line 1 of elsewhere\.csv lacks the columns? caption/)).toBeVisible();

  await page.getByLabel("caption", { exact: true }).selectOption("sentence");
  await page.getByLabel("score", { exact: true }).selectOption("points");
  await expect(page.getByLabel("Columns with other names")).toHaveValue("caption=sentence,score=points");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByText('Line 82: score is "eleven" (use a number, 0 to 100)')).toBeVisible();
  expect(await db.study.count({ where: { name: "elsewhere" } })).toBe(0);

  writeFileSync(path, `${header}\n${rows.join("\n")}\n`);
  await page.locator('input[type="file"]').setInputFiles(path);
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(
    page.getByText("caption = sentence, rater = worker, model = system, score = points"),
  ).toBeVisible();
  await expect(page.getByText(/80 answers of 4 raters on 10 captions; 2 models: plain, tuned/)).toBeVisible();
  await expect(page.getByRole("table", { name: "First rows" }).getByRole("row")).toHaveCount(6);
  expect(await findViolations(page)).toEqual([]);
  const screen = page.viewportSize()!;
  await page.setViewportSize({ width: 320, height: 700 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await page.setViewportSize(screen);
  await page.getByRole("button", { name: "Import" }).click();
  await page.waitForURL(/\/admin\/studies\/[0-9a-f-]{36}$/);

  await expect(page.getByText("Imported", { exact: true })).toBeVisible();
  await expect(page.getByText("These answers were given elsewhere.")).toBeVisible();
  await expect(page.getByRole("table", { name: "Raters" }).getByText("w3")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Registration" })).toHaveCount(0);
  expect(await findViolations(page)).toEqual([]);

  const table = join(process.env.SEMBLANCE_DATA!, "metrics.csv");
  const metrics = Array.from({ length: 20 }, (_, i) => {
    const [model, prompt] = [i % 2, i >> 1];
    return `a dog ${prompt},${["plain", "tuned"][model]},${(i * 7) % 31},${model + prompt / 100}`;
  });
  writeFileSync(table, `sentence,system,clip,vqa\n${metrics.slice(1).join("\n")}\n`);
  await page.getByLabel("Table of metrics").setInputFiles(table);
  await expect(page.getByText("has no row for 1 of 20 items: “a dog 0” of plain.")).toBeVisible();
  writeFileSync(table, `sentence,system,clip,vqa\n${metrics.join("\n")}\n`);
  await page.getByLabel("Table of metrics").setInputFiles(table);
  await expect(page.getByText("clip, vqa")).toBeVisible();
  // Without the message that fades in.
  await page.reload();
  expect(await findViolations(page)).toEqual([]);

  await openLeaderboard(page);
  await expect(page.getByText("These answers were imported.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Strongest agreement" })).toBeVisible();
  await expect(page.getByRole("cell", { name: "tuned" }).first()).toBeVisible();
  const correlations = page.getByRole("table", { name: /Rank correlations/ });
  await expect(correlations.getByRole("row", { name: /vqa/ })).toContainText(/0\.\d+ to 0\.\d+|0\.\d{3}/);
  await expect(page.getByRole("table", { name: /Differences of correlations/ })).toContainText("clip – vqa");
  expect(await findViolations(page)).toEqual([]);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Leaderboard as CSV" }).click();
  expect((await download).suggestedFilename()).toBe("leaderboard.csv");

  const { inviteToken } = await db.study.findFirstOrThrow({ where: { name: "elsewhere" } });
  await page.goto(`/join/${inviteToken}`);
  await expect(page.getByText(/closed/i).first()).toBeVisible();
  expect(await db.auditEntry.count({ where: { action: "study.imported" } })).toBe(1);
});
