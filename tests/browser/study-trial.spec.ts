/** Trying a study before it counts: previewed as a draft, piloted, and started without the pilot's answers. */
import { expect, test } from "@playwright/test";
import { db } from "@/lib/platform/database/db";
import { findViolations } from "./find-violations";
import { begin, ratingsOf, shown } from "./rater-at-screen";
import { signIn } from "./sign-in";
import { openStudyOfPhotographs } from "./study-of-photographs";

test.afterAll(() => db.$disconnect());

test("a draft is previewed as raters will see it, on a phone and in German, and stores nothing", async ({
  page,
}) => {
  const study = await openStudyOfPhotographs("previewed", {
    captions: 2,
    ratersPerItem: 1,
    isOpened: false,
    design: { language: "de", consentText: "I agree to everything.", instructions: "Look closely." },
  });
  await signIn(page, "RESEARCHER");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/admin/studies/${study.id}`);
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("link", { name: "Preview", exact: true }).click();
  await expect(page.getByText("Look closely.")).toBeVisible();
  const label = page.getByRole("complementary", { name: "Preview" });
  await expect(label).toContainText("Answers are discarded");
  await page.getByRole("checkbox").check();
  await page.locator("main form button").click();
  const items = 2 * 3;
  for (let index = 1; index <= items; index++) {
    await expect(page.getByText(new RegExp(`^${index} von ${items}$`))).toBeVisible();
    await shown(page);
    await expect(label).toBeVisible();
    if (index === 1) {
      expect(await findViolations(page)).toEqual([]);
      const image = page.locator("main .image-grid img").first();
      expect(await image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(64);
    }
    if (index === 2) {
      // Reported and passed on: one item fewer, and nobody is told.
      await page.getByRole("button", { name: "Problem melden" }).click();
      await page.getByRole("button", { name: "Melden und überspringen" }).click();
      await expect(page.getByText(`2 von ${items - 1}`)).toBeVisible();
      break;
    }
    await page.keyboard.press("ArrowLeft");
  }
  await page.getByRole("button", { name: "Start again" }).click();
  await expect(page.getByText(`1 von ${items}`)).toBeVisible();
  await label.getByRole("link", { name: "Back to the study" }).click();
  await page.waitForURL(`**/admin/studies/${study.id}`);
  expect(await db.rater.count({ where: { studyId: study.id } })).toBe(0);
  expect(await db.item.count({ where: { studyId: study.id } })).toBe(0);
  expect((await db.study.findUniqueOrThrow({ where: { id: study.id } })).state).toBe("DRAFT");
});

test("a pilot is labelled everywhere, and its answers are dropped when the study starts", async ({
  page,
  browser,
}) => {
  const study = await openStudyOfPhotographs("piloted", { captions: 1, ratersPerItem: 1, isPilot: true });
  const phone = await browser.newContext();
  const rater = await phone.newPage();
  await rater.goto(study.joinPath);
  await expect(rater.getByText("This is a trial.")).toBeVisible();
  await begin(rater, study.joinPath);
  await shown(rater);
  await rater.keyboard.press("ArrowLeft");
  await expect(rater.getByText("2 of 3")).toBeVisible();
  await expect.poll(async () => (await ratingsOf(study.id)).length).toBe(1);

  await signIn(page, "RESEARCHER");
  await page.goto(`/admin/studies/${study.id}/leaderboard`);
  await expect(page.getByText("Pilot", { exact: true })).toBeVisible();
  await expect(page.getByText("This is a pilot.").first()).toBeVisible();
  await page.goto(`/admin/studies/${study.id}`);
  await expect(page.getByText("Pilot", { exact: true })).toBeVisible();
  await expect(page.getByRole("img", { name: /^QR code of the link for raters/ })).toBeVisible();
  expect(await findViolations(page)).toEqual([]);
  await page.getByRole("button", { name: "Start study" }).click();
  await page.getByRole("button", { name: "Delete answers and start" }).click();
  await expect(page.getByRole("button", { name: "Close study" })).toBeVisible();
  await expect(page.getByText("Open", { exact: true })).toBeVisible();
  expect(await ratingsOf(study.id)).toEqual([]);

  await rater.goto(study.joinPath);
  await expect(rater.getByText("This is a trial.")).toBeHidden();
  await rater.getByRole("button", { name: "Begin" }).click();
  await expect(rater.getByText("1 of 3")).toBeVisible();
  await phone.close();
});
