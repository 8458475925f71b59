/** Work on a dataset: a caption edited and brought back, images found, held out and excluded, and what a fine-tune then counts. */
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { startImport } from "@/jobs/import-dataset/start";
import { AttributeCounter } from "@/lib/datasets/audit/attribute-counts";
import { judgeCounts } from "@/lib/datasets/audit/judge-counts";
import { usualWordLists } from "@/lib/datasets/audit/usual-word-lists";
import { db } from "@/lib/platform/database/db";
import { makeDataset } from "@/tests/lib/desks/desk-fixture";
import { findViolations } from "./find-violations";
import { photographs } from "./photographs";
import { signIn } from "./sign-in";

test.afterAll(() => db.$disconnect());

const noViolations = async (page: Page) => expect(await findViolations(page)).toEqual([]);

test("captions are edited with their history, and what is held out or excluded is not trained on", async ({
  page,
}) => {
  test.setTimeout(180_000);
  const folder = join(process.env.SEMBLANCE_DATA!, "imports", "worked-on");
  const [first] = await photographs(folder, 10);
  const { datasetId } = await startImport(
    { name: "worked on", source: { kind: "folder", path: folder } },
    { isOperator: true },
  );
  await expect
    .poll(async () => (await db.dataset.findUniqueOrThrow({ where: { id: datasetId } })).state, {
      timeout: 60_000,
    })
    .toBe("READY");

  await signIn(page, "RESEARCHER");
  await page.goto(`/admin/datasets/${datasetId}`);
  await expect(page.getByText("10 images, 10 captions")).toBeVisible();

  await page
    .getByRole("button", { name: /^Edit the captions of/ })
    .first()
    .click();
  const dialog = page.getByRole("dialog", { name: "Captions" });
  await expect(dialog.getByLabel("Caption", { exact: true })).toHaveValue(first!.caption);
  await dialog.getByLabel("Caption", { exact: true }).fill("a zebra-coloured dog");
  await dialog.getByLabel("Reason").fill("the report says so");
  await noViolations(page);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("a zebra-coloured dog")).toBeVisible();

  // Found by its words, with its former text and who changed it.
  await page.getByLabel("Caption contains").fill("ZEBRA");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page.getByText("1 image", { exact: true })).toBeVisible();
  await page.getByRole("link", { name: /^History/ }).click();
  await expect(page.getByText(/Revision 2,.*: the report says so/)).toBeVisible();
  await expect(page.locator("del")).toHaveText(first!.caption);
  await noViolations(page);
  await page.getByRole("button", { name: "Use again" }).click();
  await expect(page.getByText(/Revision 3,.*: as before revision 2/)).toBeVisible();
  await expect(page.getByLabel("Caption", { exact: true })).toHaveValue(first!.caption);

  await page.goto(`/admin/datasets/${datasetId}`);
  await page.getByRole("button", { name: "Split" }).click();
  await page.getByLabel("Share", { exact: true }).fill("30");
  await page.getByRole("dialog").getByRole("button", { name: "Split" }).click();
  await expect(page.getByText("10 images (7 for training, 3 held out)")).toBeVisible();

  await page.getByLabel("Split", { exact: true }).selectOption("Training");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page.getByText("7 images", { exact: true })).toBeVisible();
  await page
    .getByRole("checkbox", { name: /^Select .*(jpg|png)$/ })
    .first()
    .check();
  await page.getByRole("button", { name: "Exclude" }).click();
  await expect(page.getByText("9 images (6 for training, 3 held out; 1 more excluded)")).toBeVisible();
  await noViolations(page);

  await page.goto(`/admin/fine-tunes/new?dataset=${datasetId}`);
  await expect(page.getByLabel("Dataset", { exact: true }).locator("option:checked")).toHaveText(
    "worked on (6 images for training, 3 held out)",
  );
  await expect(page.getByText(/^6 images make/)).toBeVisible();

  await page.goto(`/admin/datasets/${datasetId}/statistics`);
  await expect(page.getByText("Most frequent words")).toBeVisible();
  await expect(page.getByRole("row", { name: /7 images moved|3 images held out/ })).toBeVisible();

  await page.goto(`/admin/datasets/${datasetId}?trait=duplicate`);
  await page.getByRole("button", { name: "Compare the images" }).click();
  await expect(page.getByText(/Images that look alike, compared on/)).toBeVisible({ timeout: 60_000 });
});

test("what an audit finds is corrected, kept or excluded, and an earlier revision comes back", async ({
  page,
}) => {
  const datasetId = await auditedDataset();
  await signIn(page, "RESEARCHER");
  await page.goto(`/admin/datasets/${datasetId}/audit`);
  const found = (caption: string) => page.getByRole("article").filter({ hasText: caption });

  await found("brown dog 0").getByRole("button", { name: "Correct caption" }).click();
  const dialog = page.getByRole("dialog", { name: "Correct the caption" });
  await dialog.getByLabel("Caption").fill("a black dog");
  await noViolations(page);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(found("brown dog 0")).toBeHidden();
  await found("brown dog 1").getByRole("button", { name: "Keep" }).click();
  await expect(found("brown dog 1")).toBeHidden();
  await found("brown dog 2").getByRole("button", { name: "Exclude image" }).click();
  await expect(page.getByText("No caption is left that contradicts its image.")).toBeVisible();

  await page.goto(`/admin/datasets/${datasetId}/statistics`);
  const correction = page.getByRole("row", { name: /1 caption edited/ });
  await expect(correction).toContainText("Audit: says brown, looks like black");
  await correction.getByRole("button", { name: "Restore" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Restore" }).click();
  await expect(page.getByText("The dataset is as in revision 2")).toBeVisible();
  await page.goto(`/admin/datasets/${datasetId}`);
  await expect(page.getByText("3 images, 3 captions")).toBeVisible();
  await expect(page.getByText("a black dog", { exact: true })).toBeVisible();

  await page.goto(`/admin/datasets/desks/new?dataset=${datasetId}`);
  await page.getByLabel("Which images").selectOption("Those of a category");
  await page.getByLabel("Category", { exact: true }).selectOption("Pose: sitting");
  await page.getByLabel("Name of the desk").fill(`desk ${datasetId}`);
  await page.getByRole("button", { name: "Open the desk" }).click();
  await expect(page.getByRole("heading", { name: `desk ${datasetId}` })).toBeVisible();
  expect(await db.deskImage.count({ where: { desk: { datasetId } } })).toBe(2);
});

/** Three images whose captions contradict them; two of the captions are of a category. */
async function auditedDataset(): Promise<string> {
  const datasetId = await makeDataset(3);
  const images = await db.image.findMany({ where: { datasetId }, orderBy: { position: "asc" } });
  const captions = await db.caption.createManyAndReturn({
    data: images.map(({ id: imageId }, index) => ({
      imageId,
      position: 0,
      text: `brown dog ${index}`,
      tokenCount: 3,
      categories: index > 0 ? { Pose: ["sitting"] } : {},
    })),
  });
  const lists = usualWordLists("en");
  const counter = new AttributeCounter(lists, ["training"]);
  for (const { text } of captions) counter.add([text], 0);
  const says = { attribute: "colour", asked: "brown", shown: "black" };
  await db.datasetAudit.create({
    data: {
      datasetId,
      datasetRevision: 1,
      lists,
      network: "demo-clip",
      checked: ["colour"],
      state: "SUCCEEDED",
      finishedAt: new Date(),
      counts: judgeCounts(counter.counts()),
      compared: { network: "CLIP ViT-B/32", weightsSha256: null, unreadable: 0, attributes: [] },
      contradictions: {
        create: captions.map(({ id }, index) => ({ captionId: id, ...says, margin: 0.3 - index / 10 })),
      },
    },
  });
  return datasetId;
}
