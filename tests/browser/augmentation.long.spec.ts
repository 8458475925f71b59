/** Augmentation and balance in the form of a fine-tune: captions concerned, shares, augmented images, and the run itself. */
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { startImport } from "@/jobs/import-dataset/start";
import { db } from "@/lib/platform/database/db";
import { findViolations } from "./find-violations";
import { photographs } from "./photographs";
import { signIn } from "./sign-in";

test.afterAll(() => db.$disconnect());

test("captions and shares are shown, images are looked at, and the run keeps what was chosen", async ({
  page,
  context,
}) => {
  test.setTimeout(180_000);
  const folder = join(process.env.SEMBLANCE_DATA!, "imports", "augmented");
  await photographs(folder, 8);
  const { datasetId } = await startImport(
    { name: "augmented", source: { kind: "folder", path: folder } },
    { isOperator: true },
  );
  const dataset = () => db.dataset.findUniqueOrThrow({ where: { id: datasetId } });
  await expect.poll(async () => (await dataset()).state, { timeout: 60_000 }).toBe("READY");

  await signIn(page, "RESEARCHER");
  await page.goto(`/admin/fine-tunes/new?dataset=${datasetId}`);
  await page.getByText("From scratch", { exact: true }).click();
  await page.getByText("Advanced settings").click();
  await page.getByLabel("Hue", { exact: true }).check();
  await page.getByLabel("Mirror", { exact: true }).check();
  await page.getByLabel("Blur", { exact: true }).check();
  await page.getByLabel("Blur", { exact: true }).uncheck();
  const hue = page.getByRole("group", { name: "Hue" });
  await hue.getByLabel("Probability").fill("1");
  await hue.getByLabel("From").fill("90");
  await hue.getByLabel("To", { exact: true }).fill("-90");
  await page.getByLabel("Epochs", { exact: true }).fill("1");
  await page.getByRole("button", { name: "Start" }).click();
  await expect(page.getByText("The range ends before it begins.")).toBeVisible();
  await hue.getByLabel("From").fill("-90");
  await hue.getByLabel("To", { exact: true }).fill("90");
  await expect(page.getByText(/^Hue: \d+ of 8 captions, such as/)).toBeVisible();

  await page.getByLabel("colour", { exact: true }).check();
  const shares = page.getByRole("table", { name: "Images drawn, by colour" });
  await expect(shares.getByRole("row", { name: /^(black|brown|white|golden) \d/ }).first()).toBeVisible();
  expect(await findViolations(page)).toEqual([]);

  const [images] = await Promise.all([
    context.waitForEvent("page"),
    page.getByRole("link", { name: "Look at augmented images" }).click(),
  ]);
  await expect(images.getByRole("img").filter({ visible: true }).first()).toBeVisible();
  await expect(images.getByText("Version 8")).toHaveCount(3);
  expect(await findViolations(images)).toEqual([]);
  await images.getByRole("checkbox").last().check();
  await images.getByRole("button", { name: "Show" }).click();
  await expect(images.getByText("Version 8")).toHaveCount(1);
  await images.close();

  await page.getByLabel("Name").fill("augmented and balanced");
  await page.getByRole("button", { name: "Start" }).click();
  await page.waitForURL(/\/admin\/fine-tunes\/[0-9a-f-]{36}/);
  await expect(
    page.getByText(/Mirror \(probability 0\.5\), Hue \(probability 1, from -90°, to 90°\)/),
  ).toBeVisible();
  const run = await db.fineTune.findFirstOrThrow({ where: { name: "augmented and balanced" } });
  const { augmentations, balanceAttributes } = run.settings as Record<string, unknown>;
  expect(augmentations).toEqual({ mirror: { probability: 0.5 }, hue: { probability: 1, from: -90, to: 90 } });
  expect(balanceAttributes).toEqual(["colour"]);
  await expect
    .poll(
      async () => (await db.logLine.findMany({ where: { fineTuneId: run.id } })).map((line) => line.message),
      {
        timeout: 60_000,
      },
    )
    .toEqual(expect.arrayContaining([expect.stringMatching(/^Balance by colour: /)]));
  await page.goto("/admin/fine-tunes/augmentations");
  await expect(page.getByText("No augmentation is chosen")).toBeVisible();
});
