/** Images of another generator, from the form with its preview to a grid and an arm of a study. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { db } from "@/lib/platform/database/db";
import { drawImage } from "@/tests/images";
import { findViolations } from "./find-violations";
import { signIn } from "./sign-in";

test.afterAll(() => db.$disconnect());

test("a preview names what is missing, left over and doubtful; then images become a sample set", async ({
  page,
}) => {
  const folder = join(process.env.SEMBLANCE_DATA!, "generated");
  mkdirSync(folder, { recursive: true });
  for (const [at, size] of [
    [0, { widthPx: 120, heightPx: 80 }],
    [1, {}],
    [9, {}],
  ] as const)
    writeFileSync(join(folder, `p${at}.png`), await drawImage(at + 20, size));
  const manifest = (rows: string) => writeFileSync(join(folder, "list.csv"), `file,prompt,seed,cfg\n${rows}`);
  manifest("p0.png,a red ball,77,4.5\np1.png,A CAFÉ!,78,4.5\n../p2.png,a dog,79,4.5\n");
  const files = ["p0.png", "p1.png", "p9.png", "list.csv"].map((name) => join(folder, name));

  await signIn(page, "RESEARCHER");
  await page.goto("/admin/datasets");
  await page.getByRole("link", { name: "List of captions" }).click();
  const list = join(folder, "prompts.tsv");
  writeFileSync(list, "Prompt\tCategory\na red ball\tthings\na café\tplaces\na dog\tanimals\n");
  await page.locator('input[type="file"]').first().setInputFiles(list);
  await expect(page.getByLabel("Captions", { exact: true })).toHaveValue(/a café\tplaces/);
  await page.getByLabel("Name").fill("prompts of the test");
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(/\/admin\/datasets\/[0-9a-f-]{36}/);
  await expect(page.getByText("3 captions without images")).toBeVisible();
  await page.goto("/admin/samples");
  await page.getByRole("link", { name: "Import", exact: true }).click();
  await page.getByLabel("Name").fill("of another model");
  await page.getByLabel("Captions of").selectOption({ label: "prompts of the test (3)" });
  await page.getByLabel("Model", { exact: false }).first().fill("Other 1.0");
  await page.locator('input[type="file"]').first().setInputFiles(files);
  await expect(page.getByText("3 images, 1 other file")).toBeVisible();
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByText("2 images, matched by the column prompt of list.csv.")).toBeVisible();
  await expect(page.getByText("list.csv, row 4: ../p2.png is outside of the folder.")).toBeVisible();
  await expect(page.getByText("1 captions without an image")).toBeVisible();
  await expect(page.getByText("1 images that match no caption")).toBeVisible();
  await expect(page.getByText("Other 1.0, seed 77, cfg 4.5")).toBeVisible();
  expect(await findViolations(page)).toEqual([]);
  // What forbids the import has to be corrected, whatever is accepted.
  await page.getByLabel("Import anyway").check();
  await expect(page.getByRole("button", { name: "Preview again" })).toBeVisible();

  manifest("p0.png,a red ball,77,4.5\np1.png,A CAFÉ!,78,4.5\n");
  await page.locator('input[type="file"]').first().setInputFiles(files);
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByText("1 doubtful matches")).toBeVisible();
  const doubtful = page.getByLabel("p1.png: “a café”, but its text differs in letter case or signs");
  await doubtful.uncheck();
  await expect(page.getByRole("button", { name: "Import 1 image" })).toBeVisible();
  await doubtful.check();
  await page.getByRole("button", { name: "Import 2 images" }).click();
  await page.waitForURL(/\/admin\/samples\/[0-9a-f-]{36}/);
  await expect(page.getByText("Done", { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("with images that were imported")).toBeVisible();
  await expect(
    page.getByRole("button", { name: /^Enlarge: a red ball, .*Other 1.0, seed 77, cfg 4.5$/ }),
  ).toBeVisible();
  expect(await db.sample.count({ where: { sampleSet: { name: "of another model" } } })).toBe(2);

  const { datasetId } = await db.sampleSet.findUniqueOrThrow({ where: { name: "of another model" } });
  await db.sampleSet.create({ data: { name: "another set", datasetId, requested: 0, state: "SUCCEEDED" } });
  await page.goto("/admin/studies/new");
  await expect(page.getByLabel("of another model")).toBeVisible();
});
