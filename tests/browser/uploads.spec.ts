/** Bringing files in through the browser: pictures with captions, weights; and what is said of those that cannot be used. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { db } from "@/lib/db";
import { photographs } from "./photographs";
import { signIn } from "./sign-in";

test.afterAll(() => db.$disconnect());

const folder = join(process.env.SEMBLANCE_DATA!, "to-upload");

test("uploaded pictures become a dataset; a broken one is named, a stray file passed over", async ({
  page,
}) => {
  await photographs(folder, 3);
  writeFileSync(join(folder, "broken.jpg"), "this is no picture");
  writeFileSync(join(folder, "broken.txt"), "a dog that nobody sees\n");
  writeFileSync(join(folder, "notes.md"), "not for Semblance");
  await signIn(page, "RESEARCHER");
  await page.goto("/admin/datasets/new");
  await page.getByRole("button", { name: "Import" }).click();
  await expect(page.getByText("Give the dataset a name.")).toBeVisible();
  await expect(page.getByText("Choose the pictures and their captions.")).toBeVisible();

  await page.getByLabel("Name").fill("sent from here");
  const files = readdirSync(folder).map((name) => join(folder, name));
  await page.locator('input[type="file"]').first().setInputFiles(files);
  await expect(page.getByText("4 pictures, 4 caption files")).toBeVisible();
  await expect(page.getByText("1 other files are passed over")).toBeVisible();
  await page.getByRole("button", { name: "Import" }).click();
  await page.waitForURL(/\/admin\/datasets\/[0-9a-f-]{36}/);
  await expect(page.getByText("Ready", { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("3 pictures, 3 captions")).toBeVisible();
  await expect(page.getByText(/broken\.jpg/).first()).toBeVisible();

  await page.goto("/admin/datasets/new");
  await page.getByLabel("Name").fill("sent from here");
  await page.locator('input[type="file"]').first().setInputFiles(files);
  await page.getByRole("button", { name: "Import" }).click();
  await expect(page.getByText("There is a dataset called “sent from here” already.")).toBeVisible();
  expect(await db.dataset.count({ where: { name: "sent from here" } })).toBe(1);
});

test("weights that cannot be read are refused by the name that their sender knows", async ({ page }) => {
  const path = join(process.env.SEMBLANCE_DATA!, "cut-short.pt");
  writeFileSync(path, Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(5000, 7)]));
  await signIn(page, "RESEARCHER");
  await page.goto("/admin/models/new");
  await page.getByText("On this computer").click();
  await page.locator('input[type="file"]').setInputFiles(path);
  await expect(page.getByLabel("Name")).toHaveValue("cut-short");
  await page.getByRole("button", { name: "Register" }).click();
  await expect(page.getByRole("alert").first()).toContainText("cut-short.pt");
  await expect(page.getByLabel("Name")).toHaveValue("cut-short");
  expect(await db.checkpoint.count({ where: { name: "cut-short" } })).toBe(0);
});

test("a model's options that are no JSON are refused before anything is sent", async ({ page }) => {
  await signIn(page, "RESEARCHER");
  await page.goto("/admin/models/new");
  await page.getByLabel("File on the server").fill("/nowhere/base.pt");
  await page.getByLabel("Name").fill("from nowhere");
  await page.getByLabel("Options as JSON").fill("image_size: 64");
  await page.getByRole("button", { name: "Register" }).click();
  await expect(page.getByText("Write one JSON object")).toBeVisible();
  await page.getByLabel("Options as JSON").fill("");
  await page.getByRole("button", { name: "Register" }).click();
  await expect(page.getByText("There is no file /nowhere/base.pt on this machine.")).toBeVisible();
});
