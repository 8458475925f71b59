/** The look of the raters' pages: sizes, contrast, colours, languages, zoom, accessibility. */
import { expect, type Page, test } from "@playwright/test";
import { db } from "@/lib/platform/database/db";
import { colourRules, findViolations } from "./find-violations";
import { begin, ratingsOf, shown } from "./rater-at-screen";
import { openStudyOfPhotographs } from "./study-of-photographs";

test.afterAll(() => db.$disconnect());

const fontSize = (page: Page) =>
  page.locator("blockquote").evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));

test("raters can choose caption size, language and contrast, and the choice is kept", async ({ page }) => {
  const study = await openStudyOfPhotographs("own display", { captions: 1, ratersPerItem: 1 });
  await begin(page, study.joinPath);
  await shown(page);
  const usual = await fontSize(page);
  await page.getByRole("button", { name: "Display" }).click();
  await page.getByRole("button", { name: "Larger caption" }).click();
  await page.getByRole("button", { name: "Larger caption" }).click();
  expect(await fontSize(page)).toBeCloseTo(1.5 * usual, 1);
  await page.getByLabel("High contrast").check();
  await expect(page.locator("body")).toHaveCSS("color", "rgb(0, 0, 0)");
  await page.getByText("Dark", { exact: true }).click();
  await expect(page.locator("body")).toHaveCSS("color", "rgb(255, 255, 255)");
  await page.getByText("Deutsch", { exact: true }).click();
  await expect(page.getByText("Größe des Bildtexts")).toBeVisible();
  // Keys answer nothing while the menu is open.
  await page.keyboard.press("=");
  await page.keyboard.press("Escape");
  await page.reload();
  await shown(page);
  expect(await fontSize(page)).toBeCloseTo(1.5 * usual, 1);
  await expect(page.locator("main")).toHaveAttribute("lang", "de");
  await expect(page.getByText("Welches Bild passt besser zum Bildtext?")).toBeVisible();
  await expect(page.locator("body")).toHaveCSS("color", "rgb(255, 255, 255)");
  expect(await ratingsOf(study.id)).toHaveLength(0);
});

test("single-key shortcuts can be switched off; arrow keys still answer", async ({ page }) => {
  const study = await openStudyOfPhotographs("no single keys", { captions: 1, ratersPerItem: 1 });
  await begin(page, study.joinPath);
  await shown(page);
  await page.getByRole("button", { name: "Display" }).click();
  await page.getByLabel("Single-key shortcuts").uncheck();
  await page.keyboard.press("Escape");
  for (const key of ["1", "=", "0", "e", "z", "p"]) await page.keyboard.press(key);
  await expect(page.getByText("1 of 3")).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await shown(page);
  await page.keyboard.press("ArrowUp");
  await expect.poll(async () => (await ratingsOf(study.id)).map(({ winner }) => winner)).toEqual(["tie"]);
});

test("zoom shows every image at the same scale and position, works by keyboard, and returns the focus", async ({
  page,
}) => {
  const study = await openStudyOfPhotographs("zoom", { captions: 1, ratersPerItem: 1 });
  await begin(page, study.joinPath);
  await shown(page);
  await page.getByRole("button", { name: "Zoom" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Look closer" });
  const left = dialog.getByRole("button", { name: "Left image, 1 times" });
  const fitting = (await left.boundingBox())!.width;
  await page.keyboard.press("+");
  await page.keyboard.press("+");
  const enlarged = (await dialog.getByRole("button", { name: "Left image, 4 times" }).boundingBox())!;
  expect(enlarged.width).toBeCloseTo(4 * fitting, -1);
  await page.keyboard.press("2");
  const other = (await dialog.getByRole("button", { name: "Right image, 4 times" }).boundingBox())!;
  expect(other).toEqual(enlarged);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("button", { name: "Zoom" })).toBeFocused();
  await page.keyboard.press("z");
  await expect(dialog).toBeVisible();
  await page.keyboard.press("z");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("button", { name: "Zoom" })).toBeFocused();
  expect(await ratingsOf(study.id)).toHaveLength(0);
});

test("a whole visit in German shows no English word of the interface", async ({ browser }) => {
  const study = await openStudyOfPhotographs("auf Deutsch", {
    captions: 1,
    ratersPerItem: 1,
    design: {
      language: "de",
      consentText: "Wir werten Ihre Antworten aus.",
      endings: { complete: { code: "FERTIG-1" } },
    },
  });
  const page = await (await browser.newContext({ locale: "de-DE" })).newPage();
  await page.goto("/join/kein-link");
  await expect(page.getByText("Dieser Link gehört zu keiner Studie.")).toBeVisible();
  await page.goto(study.joinPath);
  await page.getByLabel("Ich habe das gelesen und möchte teilnehmen.").check();
  await page.getByRole("button", { name: "Beginnen" }).click();
  await page.waitForURL("**/rate/**");
  for (let index = 0; index < study.itemCount; index++) {
    await expect(page.getByText(`${index + 1} von ${study.itemCount}`)).toBeVisible();
    await shown(page);
    const words = await page.locator("main").evaluate((main) => {
      const caption = main.querySelector("blockquote");
      const names = [...main.querySelectorAll("[aria-label], [alt]")].map(
        (element) => element.getAttribute("aria-label") ?? element.getAttribute("alt"),
      );
      return [(main as HTMLElement).innerText.replace((caption as HTMLElement).innerText, ""), ...names].join(
        " ",
      );
    });
    expect(words).not.toMatch(/\b(the|you|image|image|left|right|equally|neither|undo|display|about)\b/i);
    await page.keyboard.press("ArrowRight");
  }
  await expect(page.getByRole("heading", { name: "Vielen Dank" })).toBeVisible();
  await expect(page.getByText("FERTIG-1")).toBeVisible();
  await page.context().close();
});

/** Every page that a rater sees, looked at by `look`. */
async function visitEverything(page: Page, joinPath: string, look: (name: string) => Promise<void>) {
  await page.goto(joinPath);
  await look("invitation");
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Begin" }).click();
  await page.waitForURL("**/rate/**");
  await shown(page);
  await look("pair");
  await page.getByRole("button", { name: "Display" }).click();
  await look("display menu");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Zoom" }).click();
  await look("zoom");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Pause" }).click();
  await look("pause");
  await page.getByRole("button", { name: "Continue" }).click();
  await shown(page);
  await page.keyboard.press("ArrowLeft");
  await page.locator('fieldset + p + div button[aria-pressed="false"]').first().click();
  await page.getByRole("button", { name: "Mark column 2, row 2" }).click();
  await look("marks");
  await page.getByRole("button", { name: "Done" }).click();
  await shown(page);
  await look("ranking");
  await page.getByRole("button", { name: /^Choose: Image 2/ }).click();
  await look("ranking begun");
  await page.getByRole("button", { name: /^Choose: Image 1/ }).click();
  await shown(page);
  await look("scale");
  await page.keyboard.press("3");
  await shown(page);
  await look("seven steps");
  const steps = page.getByRole("group").getByRole("button");
  await expect(steps).toHaveCount(7);
  for (const box of await Promise.all((await steps.all()).map((step) => step.boundingBox()))) {
    expect(Math.min(box!.width, box!.height)).toBeGreaterThanOrEqual(32);
  }
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(steps.nth(5)).toBeFocused();
  await expect(steps.nth(5)).toHaveAccessibleName(/^(Right|Lower) better/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Thank you" })).toBeVisible();
  await look("end");
}

/** One of each: a pair with marks, a ranking, a scale, a pair in seven steps, in this order. */
async function openVariedStudy(name: string): Promise<{ joinPath: string }> {
  const study = await openStudyOfPhotographs(name, {
    captions: 1,
    ratersPerItem: 4,
    criteria: [
      {
        key: "pairs",
        question: "Which image matches the caption better?",
        marksWords: true,
        marksPlaces: true,
      },
      { key: "order", question: "Put the images in an order, please.", questionType: "ranking" },
      { key: "scale", question: "How well does the image match the caption?", questionType: "likert" },
      {
        key: "steps",
        question: "Which image matches the caption better, and by how much?",
        questionType: "graded-pair",
      },
    ],
    design: { consentText: "We keep your answers for science.", endings: { complete: { code: "C0DE" } } },
  });
  // One item of each question, in the order of the questions: seats of the round furthest behind come first.
  const items = await db.item.findMany({
    where: { studyId: study.id },
    include: { criterion: true },
    orderBy: { id: "asc" },
  });
  const kept = ["pairs", "order", "scale", "steps"].map(
    (key) => items.find((item) => item.criterion.key === key)!.id,
  );
  await db.seat.updateMany({
    where: { studyId: study.id, NOT: { OR: kept.map((itemId, round) => ({ itemId, round })) } },
    data: { isDone: true },
  });
  return study;
}

/** Colours depend on both; everything else is the same page. */
const appearances = (["no-preference", "more"] as const).flatMap((contrast) =>
  (["light", "dark"] as const).map((colorScheme) => ({ contrast, colorScheme })),
);

for (const width of [320, 1440]) {
  test(`the rater's pages have no accessibility violations in any appearance: ${width} px`, async ({
    browser,
  }) => {
    test.setTimeout(180_000);
    const { joinPath } = await openVariedStudy(`axe ${width}`);
    const context = await browser.newContext({
      reducedMotion: "reduce",
      viewport: { width, height: width < 640 ? 740 : 900 },
    });
    const page = await context.newPage();
    await visitEverything(page, joinPath, async (view) => {
      for (const [index, appearance] of appearances.entries()) {
        await page.emulateMedia({ ...appearance, reducedMotion: "reduce" });
        await expect(page.locator("html")).toHaveAttribute("data-theme", appearance.colorScheme);
        const found = await findViolations(page, index > 0 ? { rules: colourRules } : {});
        const name = `${view}, ${width} px, ${Object.values(appearance).join(" ")}`;
        expect.soft(found, name).toEqual([]);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect.soft(overflow, `${name} is wider than the screen`).toBeLessThanOrEqual(0);
      }
      await page.emulateMedia({ ...appearances[0]!, reducedMotion: "reduce" });
    });
    await context.close();
  });
}
