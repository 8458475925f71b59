/** A captioning desk from its link to the new revision of the dataset, with two people on phones. */
import { type BrowserContext, devices, expect, type Page, test } from "@playwright/test";
import { captionsAt } from "@/lib/datasets/revisions/at-revision";
import { db } from "@/lib/platform/database/db";
import { makeDesk } from "@/tests/lib/desks/desk-fixture";
import { findViolations } from "./find-violations";
import { signIn } from "./sign-in";

test.afterAll(() => db.$disconnect());

const phone = { ...devices["Pixel 7"], reducedMotion: "reduce" } as const;
const mostBytes = 150 * 1024;

async function join(page: Page, link: string, name: string): Promise<void> {
  await page.goto(`/desk/${link}`);
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: "Begin" }).click();
  await page.waitForURL("**/caption/**");
}

const field = (page: Page) => page.getByRole("textbox", { name: /^Caption/ });
const progress = (page: Page, text: string) => expect(page.getByText(text, { exact: true })).toBeVisible();

async function violations(page: Page) {
  const found: unknown[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
    found.push(...(await findViolations(page)));
  }
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  return [...found, ...(wider > 0 ? [`${wider} px wider than the screen`] : [])];
}

test("two people describe their shares; what is accepted becomes a new revision of the dataset", async ({
  page,
  browser,
}) => {
  test.setTimeout(180_000);
  const desk = await makeDesk(3, { people: 2, overlap: 1 / 3, showsDrafts: true });
  const ada = await browser.newContext(phone);
  const grace = await browser.newContext({ ...phone, locale: "de-DE" });
  const [first, second] = [await ada.newPage(), await grace.newPage()];
  const images: number[] = [];
  first.on("response", (response) => {
    if (response.url().includes("/image/")) images.push(response.status());
  });

  await join(first, desk.link, "Ada");
  await progress(first, "0 of 2 images");
  await expect(first.getByRole("img", { name: "Image to describe" })).toBeVisible();
  expect(await violations(first)).toEqual([]);
  // By keyboard: what is typed is counted, Enter saves it, and the next image comes.
  await expect(field(first)).toBeFocused();
  await first.keyboard.type("a small square");
  await expect(first.getByText("3 of 128 tokens")).toBeVisible();
  await first.keyboard.press("Enter");
  await progress(first, "1 of 2 images");
  await expect(field(first)).toHaveValue("");

  await join(second, desk.link, "Grace");
  await field(second).fill("   ");
  await second.getByRole("button", { name: "Save and continue" }).click();
  await expect(second.getByRole("main").getByRole("alert")).toContainText("Write a caption first.");
  await field(second).fill("one coloured tile");
  await second.getByRole("button", { name: "Save and continue" }).click();
  await progress(second, "1 of 2 images");

  // Back to an own caption, which is changed.
  await first.getByRole("button", { name: "My captions (1)" }).click();
  await first.getByRole("button", { name: "Edit: a small square" }).click();
  await field(first).fill("a small coloured square");
  await first.getByRole("button", { name: "Save", exact: true }).click();
  await expect(field(first)).toHaveValue("");
  await first.reload();
  await first.getByRole("button", { name: "My captions (1)" }).click();
  await expect(first.getByText("a small coloured square")).toBeVisible();
  expect(await violations(first)).toEqual([]);
  await first.getByRole("button", { name: "Back to the images" }).click();

  // Skipped with a reason, by keyboard.
  await first.getByRole("button", { name: "Skip this image" }).focus();
  await first.keyboard.press("Enter");
  await expect(first.getByRole("dialog")).toBeVisible();
  expect(await violations(first)).toEqual([]);
  await first.getByRole("radio", { name: "Another reason" }).check();
  await first.getByLabel("Your reason").fill("too plain");
  await first.getByRole("button", { name: "Skip", exact: true }).click();
  await expect(first.getByRole("heading", { name: "Your share is done. Thank you!" })).toBeVisible();
  expect(images.every((status) => status === 200)).toBe(true);

  // A draft is a suggestion, which has to be accepted or changed.
  await db.deskImage.updateMany({
    where: { deskId: desk.deskId },
    data: { draft: "a drafted square", draftModel: "tiny" },
  });
  await second.reload();
  await expect(second.getByText("a drafted square")).toBeVisible();
  expect(await violations(second)).toEqual([]);
  expect(await db.deskCaption.count({ where: { text: "a drafted square" } })).toBe(0);
  await second.getByRole("button", { name: "Use it as it is" }).click();
  await progress(second, "2 of 2 images");

  // Neither sees what belongs to the other.
  const [theirs] = await db.captionTask.findMany({
    where: { captioner: { name: "Grace", deskId: desk.deskId } },
  });
  const address = `/api/caption/${desk.deskId}/image/${theirs!.imageToken}`;
  expect((await second.request.get(address)).status()).toBe(200);
  expect((await first.request.get(address)).status()).toBe(404);
  expect((await page.request.get(address)).status()).toBe(401);

  await signIn(page, "RESEARCHER");
  await page.goto(`/admin/datasets/desks/${desk.deskId}`);
  await expect(page.getByRole("row", { name: /Ada/ })).toContainText("1 of 2");
  await expect(page.getByText("too plain")).toBeVisible();
  await page.getByRole("link", { name: "Review captions" }).click();
  const shown = page.getByRole("listitem").filter({ hasText: "one coloured tile" }).last();
  await shown.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("dialog").getByLabel("Caption").fill("one tile of one colour");
  await page.getByRole("button", { name: "Save and accept" }).click();
  await page.getByRole("button", { name: /^Accept the 2 captions on this page$/ }).click();
  await page.getByRole("button", { name: "Put 3 accepted captions into the dataset" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Put them in" }).click();
  await expect(page.getByText("The dataset has a new revision")).toBeVisible();
  const captions = await db.caption.findMany({
    where: { image: { datasetId: desk.datasetId }, ...captionsAt("newest") },
  });
  expect(captions.map(({ text }) => text).sort()).toEqual([
    "a drafted square",
    "a small coloured square",
    "one tile of one colour",
  ]);

  await page.goto(`/admin/datasets/desks/${desk.deskId}`);
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Close the desk" }).click();
  await expect(page.getByText("Closed", { exact: true })).toBeVisible();
  await second.reload();
  await expect(second.getByRole("heading", { name: "This captioning desk is closed." })).toBeVisible();
  await ada.close();
  await grace.close();
});

/** Bytes of the scripts that a first visit loads, compressed (decision 34). */
async function scriptBytes(context: BrowserContext, address: string): Promise<number> {
  const page = await context.newPage();
  const loaded: Promise<number>[] = [];
  page.on("requestfinished", (request) => {
    if (request.resourceType() !== "script") return;
    loaded.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  await page.goto(address);
  await page.waitForLoadState("networkidle");
  return (await Promise.all(loaded)).reduce((sum, each) => sum + each, 0);
}

test("a captioner's pages load at most 150 KiB of scripts, speak German, and let strangers see nothing", async ({
  browser,
}) => {
  const desk = await makeDesk(2, { language: "de" });
  const context = await browser.newContext(phone);
  const page = await context.newPage();
  await page.goto(`/desk/${desk.link}`);
  await page.getByLabel("Ihr Name").fill("Ada");
  await page.getByRole("button", { name: "Beginnen" }).click();
  await page.waitForURL("**/caption/**");
  await expect(page.getByRole("textbox", { name: "Beschreibung" })).toBeFocused();
  const known = await context.storageState();
  await context.close();
  for (const [address, storageState] of [
    [`/desk/${desk.link}`, undefined],
    [`/caption/${desk.deskId}`, known],
  ] as const) {
    const fresh = await browser.newContext({ ...phone, storageState });
    const bytes = await scriptBytes(fresh, address);
    console.log(`${address.split("/")[1]}: ${(bytes / 1024).toFixed(1)} KiB of scripts`);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(mostBytes);
    await fresh.close();
  }
  const stranger = await browser.newContext(phone);
  const visitor = await stranger.newPage();
  await visitor.goto(`/caption/${desk.deskId}`);
  await expect(visitor.getByText("We do not know which images you are captioning.")).toBeVisible();
  expect(await violations(visitor)).toEqual([]);
  await stranger.close();
});
