/** Images of other generators: from the form with its preview to a blind study of three models and its leaderboard. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { parse } from "csv-parse/sync";
import sharp from "sharp";
import { addPngText } from "@/lib/images/png-text";
import { db } from "@/lib/platform/database/db";
import { drawImage } from "@/tests/images";
import { zip } from "@/tests/lib/datasets/sources/archives";
import { findViolations } from "./find-violations";
import { openLeaderboard } from "./open-leaderboard";
import { begin, shown } from "./rater-at-screen";
import { signIn } from "./sign-in";

// The worker alone may take a minute, on a machine that does much else.
test.setTimeout(180_000);

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
  await expect(page.getByText("1 caption without an image")).toBeVisible();
  await expect(page.getByText("1 image that matches no caption")).toBeVisible();
  await expect(page.getByText("Other 1.0, seed 77, cfg 4.5")).toBeVisible();
  expect(await findViolations(page)).toEqual([]);
  // What forbids the import has to be corrected, whatever is accepted.
  await page.getByLabel("Import anyway").check();
  await expect(page.getByRole("button", { name: "Preview again" })).toBeVisible();

  manifest("p0.png,a red ball,77,4.5\np1.png,A CAFÉ!,78,4.5\n");
  await page.locator('input[type="file"]').first().setInputFiles(files);
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByText("1 doubtful match; clear it if it is wrong")).toBeVisible();
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

const prompts = ["a red cube on a table", "two cats, sleeping", "a café at night", "42 boats"];

/** A plain image: the brighter, the better in the eyes of this test's raters. */
function plain(brightness: number, width: number, height: number) {
  const background = { r: brightness, g: brightness, b: brightness };
  return sharp({ create: { width, height, channels: 3, background } });
}

/** Imports a folder, or an archive, of a model's images, and returns to the list. */
async function importModel(page: Page, name: string, files: string, by: string): Promise<void> {
  await page.goto("/admin/samples");
  await page.getByRole("link", { name: "Import", exact: true }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Captions of").selectOption({ label: `three models (${prompts.length})` });
  const isArchive = files.endsWith(".zip");
  const field = isArchive
    ? page.locator('input[type="file"]').first()
    : page.getByLabel("Folder", { exact: true });
  await field.setInputFiles(files);
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(
    page.getByText(`4 images, matched by ${by}. 4 of 4 captions will have an image.`),
  ).toBeVisible();
  await page.getByRole("button", { name: "Import 4 images" }).click();
  await page.waitForURL(/\/admin\/samples\/[0-9a-f-]{36}/);
  await expect(page.getByText("Done", { exact: true })).toBeVisible({ timeout: 60_000 });
  // Nobody has photographed the prompts.
  await expect(page.getByRole("columnheader", { name: "Real" })).toHaveCount(0);
}

/** Chooses the brighter image of every pair. */
async function rateByBrightness(page: Page, joinPath: string): Promise<number> {
  await begin(page, joinPath);
  for (let answers = 0; ; answers++) {
    const thanks = page.getByRole("heading", { name: "Thank you" });
    await expect(thanks.or(page.locator('main [aria-disabled="false"]').first())).toBeVisible();
    if (await thanks.isVisible()) return answers;
    await shown(page);
    const counter = await page.getByText(/^\d+ of \d+$/).textContent();
    const light = await page.locator("main .image-grid img").evaluateAll((images) =>
      images.map((image) => {
        const context = document.createElement("canvas").getContext("2d")!;
        context.drawImage(image as HTMLImageElement, 0, 0, 9, 9);
        return context.getImageData(4, 4, 1, 1).data[0]!;
      }),
    );
    await page
      .getByRole("button", { name: light[0]! > light[1]! ? /^(Left|Upper)/ : /^(Right|Lower)/ })
      .tap();
    await expect(page.getByText(counter!, { exact: true })).toHaveCount(0);
  }
}

test("three folders of images become a blind study and a leaderboard, without GLIDE", async ({
  page,
  browser,
}) => {
  test.setTimeout(120_000);
  const folder = join(process.env.SEMBLANCE_DATA!, "models");
  const write = (path: string, bytes: Buffer) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  };
  const flux: Record<string, Buffer> = {};
  for (const [at, text] of prompts.entries()) {
    const graph = { "3": { inputs: { seed: 70 + at, positive: ["6", 0] } }, "6": { inputs: { text } } };
    flux[`ComfyUI\\ComfyUI_0000${4 - at}_.png`] = addPngText(
      await plain(220 - at, 160, 96)
        .png()
        .toBuffer(),
      "prompt",
      JSON.stringify(graph),
    );
    write(
      `SDXL/${text.replace("é", "e").replaceAll(/\W+/g, "_")}.jpg`,
      await plain(130 - at, 96, 96)
        .jpeg()
        .toBuffer(),
    );
    write(
      `own/${at}/seed_42.webp`,
      await plain(50 - at, 80, 120)
        .webp()
        .toBuffer(),
    );
  }
  write("flux.zip", zip(flux));
  write("own/.DS_Store", Buffer.from("x"));

  await signIn(page, "RESEARCHER");
  await page.goto("/admin/datasets/captions");
  await page.getByLabel("Captions", { exact: true }).fill(prompts.join("\n"));
  await page.getByLabel("Name").fill("three models");
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(/\/admin\/datasets\/[0-9a-f-]{36}/);

  await importModel(page, "FLUX", join(folder, "flux.zip"), "the captions’ texts");
  await importModel(page, "SDXL", join(folder, "SDXL"), "the captions’ texts");
  await importModel(page, "own model", join(folder, "own"), "numbers in the names of the files");

  await page.goto("/admin/studies/new");
  await page.getByLabel("Name", { exact: true }).fill(`three models ${crypto.randomUUID().slice(0, 8)}`);
  for (const arm of ["FLUX", "SDXL", "own model"]) await page.getByLabel(arm, { exact: true }).check();
  await page
    .getByLabel("Images that are not square")
    .selectOption({ label: "The whole image at its own aspect, all with the same area" });
  await page.getByLabel("Raters per item").fill("1");
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.waitForURL(/\/admin\/studies\/[0-9a-f-]{36}$/);
  await expect(
    page.getByText(/^the whole of each at its own aspect, with the area of 96 × 96 px/),
  ).toBeVisible();
  await page.getByRole("button", { name: "Open study" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Open study" }).click();
  const link = page.locator("code", { hasText: /\/join\/[\w-]+$/ });
  await expect(link).toBeVisible({ timeout: 30_000 });
  const joinPath = new URL((await link.textContent())!).pathname;

  const phone = await browser.newContext({
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
    reducedMotion: "reduce",
  });
  expect(await rateByBrightness(await phone.newPage(), joinPath)).toBe(3 * prompts.length);
  await phone.close();

  await openLeaderboard(page);
  await expect(page.getByRole("table", { name: "Leaderboard" }).getByRole("row")).toHaveCount(4);
  await expect(page.locator("main")).not.toContainText(/GLIDE|photograph/i);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Leaderboard as CSV" }).click(),
  ]);
  const rows: Record<string, string>[] = parse(readFileSync(await download.path()), { columns: true });
  expect(rows.map(({ arm }) => arm)).toEqual(["FLUX", "SDXL", "own model"]);
  for (const row of rows) {
    expect(Number(row.num_battles)).toBe(2 * prompts.length);
    expect(Number(row.rating_q025)).toBeLessThan(Number(row.rating));
    expect(Number(row.rating)).toBeLessThan(Number(row.rating_q975));
  }
});
