/** The rater's screen: every question by keyboard, by thumb, undo, pause, offline, with a lapsed lease. */
import { expect, test } from "@playwright/test";
import { db } from "@/lib/platform/database/db";
import { makeDeviceCode } from "@/lib/rating/admission/device-code";
import { findViolations } from "./find-violations";
import { begin, ratingsOf, shown } from "./rater-at-screen";
import { openStudyOfPhotographs } from "./study-of-photographs";

test.afterAll(() => db.$disconnect());

test("a whole study can be answered by keyboard alone", async ({ page }) => {
  const study = await openStudyOfPhotographs("by keyboard", { captions: 2, ratersPerItem: 1 });
  await page.goto(study.joinPath);
  await page.getByRole("button", { name: "Begin" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/rate/**");
  const keys = ["ArrowLeft", "ArrowRight", "=", "0", "ArrowLeft", "ArrowRight"];
  for (const key of keys) {
    await shown(page);
    await page.keyboard.press(key);
  }
  await expect(page.getByRole("heading", { name: "Thank you" })).toBeVisible();
  const ratings = await ratingsOf(study.id);
  expect(ratings.map((rating) => rating.winner)).toEqual([
    "left",
    "right",
    "tie",
    "both_bad",
    "left",
    "right",
  ]);
  for (const rating of ratings) {
    expect(rating.inputKind).toBe("key");
    expect(rating.latencyMs).toBeGreaterThan(0);
    expect(rating.viewportPx).toBe("1280x720");
  }
});

test("scales, rankings, best-worst and marks can be answered by keyboard alone", async ({ page }) => {
  const study = await openStudyOfPhotographs("every question by keyboard", {
    captions: 1,
    ratersPerItem: 1,
    criteria: [
      {
        key: "scale",
        question: "How well does the image match the caption?",
        questionType: "likert",
        marksWords: true,
      },
      { key: "order", question: "Put the images in an order, please.", questionType: "ranking" },
      {
        key: "extremes",
        question: "Which is best, and which worst?",
        questionType: "best-worst",
        marksPlaces: true,
      },
    ],
  });
  await begin(page, study.joinPath);
  for (let index = 0; index < study.itemCount; index++) {
    await expect(page.getByText(new RegExp(`^${index + 1} of ${study.itemCount}$`))).toBeVisible();
    const question = (await page.locator("#question").textContent())!;
    const heading = page.getByRole("heading", { name: "What is wrong?" });
    await expect(page.locator("main .image-grid img").first()).toBeVisible();
    await expect(
      page.locator('main .image-grid [aria-disabled="true"], main fieldset [aria-disabled="true"]'),
    ).toHaveCount(0);
    await expect(page.locator("main .image-grid img.opacity-0")).toHaveCount(0);
    if (question.startsWith("How well")) {
      await page.keyboard.press("4");
      await expect(heading).toBeFocused();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Space");
      await page.keyboard.press("Control+Enter");
    } else if (question.startsWith("Put")) {
      await page.keyboard.press("2");
      await page.keyboard.press("u");
      await page.keyboard.press("3");
      await page.keyboard.press("1");
    } else {
      await page.keyboard.press("2");
      await page.keyboard.press("3");
      await expect(heading).toBeFocused();
      await page.getByRole("button", { name: "Mark column 2, row 3" }).focus();
      await page.keyboard.press("Enter");
      await page.keyboard.press("Control+Enter");
    }
  }
  await expect(page.getByRole("heading", { name: "Thank you" })).toBeVisible();
  const ratings = await ratingsOf(study.id);
  expect(ratings).toHaveLength(study.itemCount);
  for (const { answer, marks, inputKind } of ratings) {
    expect(inputKind).toBe("key");
    if (answer.type === "likert") {
      expect(answer.score).toBe(4);
      expect(marks).toEqual([{ place: 0, missedWords: [0], wrongPoints: [] }]);
    } else if (answer.type === "ranking") {
      expect([answer.order, marks]).toEqual([[2, 0, 1], null]);
    } else {
      expect(answer).toEqual({ type: "best-worst", best: 1, worst: 2 });
      expect(marks).toEqual([{ place: 2, missedWords: [], wrongPoints: [{ x: 0.375, y: 0.625 }] }]);
    }
  }
});

test("the last answer can be revised, even after the end, or left unchanged", async ({ page }) => {
  const study = await openStudyOfPhotographs("undo", { captions: 1, ratersPerItem: 1 });
  await begin(page, study.joinPath);
  await shown(page);
  await expect(page.getByRole("button", { name: "Undo" })).toBeDisabled();
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByText("2 of 3")).toBeVisible();
  await shown(page);
  await page.keyboard.press("u");
  await expect(page.getByText("You are changing your last answer.")).toBeVisible();
  await expect(page.getByText("1 of 3")).toBeVisible();
  await shown(page);
  await page.keyboard.press("u");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByText("2 of 3")).toBeVisible();
  await shown(page);
  await page.getByRole("button", { name: "Undo" }).click();
  await shown(page);
  await page.getByRole("button", { name: "Keep it" }).click();
  for (const key of ["=", "="]) {
    await shown(page);
    await page.keyboard.press(key);
  }
  await expect(page.getByRole("heading", { name: "Thank you" })).toBeVisible();
  await page.getByRole("button", { name: "Change my last answer" }).click();
  await shown(page);
  await page.keyboard.press("0");
  await expect(page.getByRole("heading", { name: "Thank you" })).toBeVisible();
  await expect
    .poll(async () => (await ratingsOf(study.id)).map(({ winner, revision }) => [winner, revision]))
    .toEqual([
      ["right", 1],
      ["tie", 0],
      ["both_bad", 1],
    ]);
});

test("a pause hides the item and stops its clock; the item goes on afterwards", async ({ page }) => {
  const study = await openStudyOfPhotographs("pause", { captions: 1, ratersPerItem: 1 });
  await page.clock.install();
  await begin(page, study.joinPath);
  await shown(page);
  await page.keyboard.press("p");
  await expect(page.getByRole("button", { name: "Continue" })).toBeFocused();
  await expect(page.locator("main img")).toHaveCount(0);
  await page.keyboard.press("ArrowLeft");
  await page.clock.fastForward("30:00");
  await page.keyboard.press("Enter");
  await shown(page);
  await page.keyboard.press("ArrowRight");
  await expect.poll(async () => (await ratingsOf(study.id)).length).toBe(1);
  const [rating] = await ratingsOf(study.id);
  expect(rating!.winner).toBe("right");
  expect(rating!.latencyMs).toBeLessThan(30 * 60_000);
});

test("the next pair's images are preloaded and appear without another request", async ({ page }) => {
  const study = await openStudyOfPhotographs("preloading", { captions: 1, ratersPerItem: 1 });
  const requested: string[] = [];
  page.on("request", (request) => request.url().includes("/image/") && requested.push(request.url()));
  await begin(page, study.joinPath);
  await shown(page);
  await expect.poll(() => new Set(requested).size).toBe(4);
  // Whatever comes up now comes from the browser itself.
  await page.waitForLoadState("networkidle");
  await page.context().setOffline(true);
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByText("2 of 3")).toBeVisible();
  await shown(page);
  await expect(page.locator("main .image-grid img.opacity-0")).toHaveCount(0);
  expect(new Set(requested).size).toBe(4);
  await page.context().setOffline(false);
});

test("a phone of 360 px shows both images at equal size and takes taps, without scrolling", async ({
  browser,
}) => {
  const study = await openStudyOfPhotographs("by thumb", { captions: 1, ratersPerItem: 1 });
  const context = await browser.newContext({
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  });
  const page = await context.newPage();
  await begin(page, study.joinPath);
  await shown(page);
  const images = page.locator("main img");
  const [first, second] = [await images.nth(0).boundingBox(), await images.nth(1).boundingBox()];
  expect([first!.width, first!.height]).toEqual([second!.width, second!.height]);
  expect(first!.width).toBeGreaterThan(150);
  const overflow = await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight);
  expect(overflow).toBeLessThanOrEqual(0);
  await images.nth(1).tap();
  await shown(page);
  await page.getByRole("button", { name: "Neither fits" }).tap();
  await shown(page);
  await page.getByRole("button", { name: "Upper", exact: true }).tap();
  await expect(page.getByRole("heading", { name: "Thank you" })).toBeVisible();
  const ratings = await ratingsOf(study.id);
  expect(ratings.map((rating) => [rating.winner, rating.inputKind])).toEqual([
    ["right", "touch"],
    ["both_bad", "touch"],
    ["left", "touch"],
  ]);
  await context.close();
});

test("on the smallest phone, a long caption leaves the answers on the screen, and images are named as they are placed", async ({
  browser,
}) => {
  const criteria = [
    { key: "caption-similarity", question: "Which image matches the caption better?", marksPlaces: true },
  ];
  const study = await openStudyOfPhotographs("smallest phone", { captions: 1, ratersPerItem: 1, criteria });
  const context = await browser.newContext({
    viewport: { width: 320, height: 640 },
    hasTouch: true,
    isMobile: true,
  });
  const page = await context.newPage();
  await begin(page, study.joinPath);
  await shown(page);
  const caption = page.locator("blockquote");
  const short = await caption.textContent();
  const setCaption = (text: string | null) =>
    caption.evaluate((element, words) => {
      element.textContent = words;
    }, text);
  await setCaption(
    "a small brown dog that looks to the left sits beside a large white dog on wet grass, ".repeat(6),
  );
  await expect(page.getByRole("button", { name: "Neither fits" })).toBeInViewport({ ratio: 1 });
  await setCaption(short);
  // Twice as large letters still need no scrolling to the side.
  const tooWide = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await page.evaluate(() => document.documentElement.style.setProperty("font-size", "200%"));
  expect(await tooWide()).toBeLessThanOrEqual(0);
  await page.evaluate(() => document.documentElement.style.removeProperty("font-size"));

  await expect(page.getByRole("button", { name: "Choose: Upper image" })).toBeVisible();
  // No key is hinted at where there is none.
  await expect(page.locator("kbd").filter({ visible: true })).toHaveCount(0);
  await page.getByRole("button", { name: "Upper", exact: true }).tap();
  const which = page.getByRole("group", { name: "Image to mark" });
  await expect(which.getByRole("button")).toHaveText(["Upper image", "Lower image"]);
  const image = (await page.getByRole("img", { name: "Lower image" }).boundingBox())!;
  const done = (await page.getByRole("button", { name: "Done" }).boundingBox())!;
  expect(done.y).toBeGreaterThanOrEqual(image.y + image.height);
  await context.close();
});

test("answers given offline are kept, survive a reload, and arrive once", async ({ page, context }) => {
  const study = await openStudyOfPhotographs("offline", { captions: 2, ratersPerItem: 1 });
  await begin(page, study.joinPath);
  await shown(page);
  await expect(page.locator("main img")).toHaveCount(2);
  await page.waitForLoadState("networkidle");
  await context.setOffline(true);
  await page.keyboard.press("ArrowLeft");
  await shown(page);
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("heading", { name: "Waiting for the connection" })).toBeVisible();
  expect(await ratingsOf(study.id)).toHaveLength(0);
  await context.setOffline(false);
  await page.reload();
  await expect.poll(async () => (await ratingsOf(study.id)).length).toBe(2);
  await shown(page);
  const winners = (await ratingsOf(study.id)).map((rating) => rating.winner);
  expect(winners).toEqual(["left", "right"]);
});

test("answers wait on their device even if the rater moves to another one; rejected ones stay there with the reason", async ({
  page,
  context,
  browser,
}) => {
  const study = await openStudyOfPhotographs("two devices", { captions: 2, ratersPerItem: 1 });
  const link = `${study.joinPath}?PROLIFIC_PID=both`;
  await begin(page, link);
  await shown(page);
  await page.waitForLoadState("networkidle");
  await context.setOffline(true);
  await page.keyboard.press("ArrowLeft");
  await shown(page);
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("heading", { name: "Waiting for the connection" })).toBeVisible();

  const { id: raterId } = await db.rater.findFirstOrThrow({ where: { studyId: study.id } });
  const phone = await (await browser.newContext()).newPage();
  await phone.goto(link);
  await phone.getByLabel("Code from the other device").fill(await makeDeviceCode(raterId));
  await phone.getByRole("button", { name: "Continue here" }).click();
  await phone.waitForURL("**/rate/**");
  await shown(phone);
  await phone.keyboard.press("ArrowRight");
  await expect.poll(async () => (await ratingsOf(study.id)).length).toBe(1);
  await phone.context().close();

  await context.setOffline(false);
  await expect.poll(async () => (await ratingsOf(study.id)).length).toBe(2);
  await page.getByText("One answer was not accepted").click();
  await expect(page.getByText("That answer counts.")).toBeVisible();
  expect((await ratingsOf(study.id)).map(({ winner }) => winner)).toEqual(["right", "left"]);
  expect(await db.rater.count({ where: { studyId: study.id } })).toBe(1);
  expect(await findViolations(page)).toEqual([]);
  await page.getByRole("button", { name: "Remove from this device" }).click();
  await expect(page.getByText("One answer was not accepted")).toBeHidden();

  // The cookie is gone, but not the answer.
  await shown(page);
  await page.waitForLoadState("networkidle");
  await context.setOffline(true);
  await page.keyboard.press("=");
  await context.clearCookies();
  await context.setOffline(false);
  await expect.poll(async () => (await ratingsOf(study.id)).length).toBe(3);
  expect(await db.rater.count({ where: { studyId: study.id } })).toBe(1);

  // The study was closed long ago when the next one arrives.
  await page.goto(link);
  await page.getByLabel("Code from the other device").fill(await makeDeviceCode(raterId));
  await page.getByRole("button", { name: "Continue here" }).click();
  await page.waitForURL("**/rate/**");
  await shown(page);
  await page.waitForLoadState("networkidle");
  await context.setOffline(true);
  await page.keyboard.press("=");
  const closedAt = new Date(Date.now() - 25 * 3_600_000);
  await db.study.update({ where: { id: study.id }, data: { state: "CLOSED", closedAt } });
  await context.setOffline(false);
  await page.getByText("One answer was not accepted").click();
  await expect(page.getByText("The study had already closed.")).toBeVisible();
  await context.clearCookies();
  await page.goto(study.joinPath);
  await page.getByText("One answer was not accepted").click();
  await expect(page.getByText("The study had already closed.")).toBeVisible();
  expect(await ratingsOf(study.id)).toHaveLength(3);
});

test("two tabs never ask for the same item, and a browser that cannot store answers says so", async ({
  page,
  context,
}) => {
  const study = await openStudyOfPhotographs("two tabs", { captions: 2, ratersPerItem: 1 });
  await begin(page, study.joinPath);
  await shown(page);
  const other = await context.newPage();
  await other.addInitScript(() => {
    const blocked = () => {
      throw new DOMException("blocked", "QuotaExceededError");
    };
    if (window.location.hash === "#blocked") Storage.prototype.setItem = blocked;
  });
  await other.goto(page.url());
  await shown(other);
  const before = await other.locator("main img").first().getAttribute("src");
  await page.keyboard.press("ArrowLeft");
  await expect(other.locator("main img").first()).not.toHaveAttribute("src", before!);
  await shown(other);
  await other.keyboard.press("ArrowLeft");
  await expect.poll(async () => (await ratingsOf(study.id)).length).toBe(2);
  await expect(other.getByText("could not be taken")).toHaveCount(0);

  await other.goto("about:blank");
  await other.goto(`${page.url()}#blocked`);
  await shown(other);
  await other.waitForLoadState("networkidle");
  await page.close();
  await context.setOffline(true);
  await other.keyboard.press("ArrowLeft");
  await expect(other.getByText("Offline, keep this page open")).toBeVisible();
  await shown(other);
  await other.keyboard.press("ArrowLeft");
  await expect(other.getByText("its storage is full or blocked")).toBeVisible();
  await context.setOffline(false);
  await expect.poll(async () => (await ratingsOf(study.id)).length).toBe(4);
});

test("answers given during a server failure arrive once it works again, whatever responses come in between", async ({
  page,
}) => {
  const study = await openStudyOfPhotographs("failing server", { captions: 1, ratersPerItem: 1 });
  await begin(page, study.joinPath);
  await shown(page);
  await page.waitForLoadState("networkidle");
  let failing = true;
  await page.route("**/answer", (route) =>
    failing ? route.fulfill({ status: 503, body: "" }) : route.continue(),
  );
  await page.keyboard.press("ArrowLeft");
  await shown(page);
  // Answered during the pause before the second try of the first one.
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("heading", { name: "Waiting for the connection" })).toBeVisible();
  failing = false;
  await expect.poll(async () => (await ratingsOf(study.id)).length).toBe(2);
  await shown(page);
  await page.keyboard.press("=");
  await expect(page.getByRole("heading", { name: "Thank you" })).toBeVisible();
  const winners = (await ratingsOf(study.id)).map((rating) => rating.winner).sort();
  expect(winners).toEqual(["left", "right", "tie"].sort());
});

test("a rater whose lease has lapsed and gone to somebody else is told so and continues", async ({
  page,
  browser,
}) => {
  const study = await openStudyOfPhotographs("lapsed", { captions: 2, ratersPerItem: 1 });
  await begin(page, study.joinPath);
  await shown(page);
  const past = new Date(Date.now() - 1000);
  await db.assignment.updateMany({
    where: { item: { studyId: study.id } },
    data: { leaseExpiresAt: past },
  });
  await db.seat.updateMany({ where: { studyId: study.id }, data: { heldUntil: past } });
  const other = await (await browser.newContext()).newPage();
  await begin(other, study.joinPath);
  for (let index = 0; index < study.itemCount; index++) {
    await shown(other);
    await other.keyboard.press("ArrowLeft");
  }
  await expect(other.getByRole("heading", { name: "Thank you" })).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("heading", { name: "Nothing to compare right now" })).toBeVisible();
  const ratings = await ratingsOf(study.id);
  expect(ratings).toHaveLength(study.itemCount);
  expect(new Set(ratings.map((rating) => rating.assignment.raterId)).size).toBe(1);
});

test("a rater can report and skip a broken image, and never sees it again", async ({ page }) => {
  const study = await openStudyOfPhotographs("reported", { captions: 1, ratersPerItem: 1 });
  let broken: string | null = null;
  await page.route("**/api/rate/**/image/**", async (route) => {
    broken ??= route.request().url();
    if (route.request().url().split("?")[0] === broken) await route.fulfill({ status: 404, body: "" });
    else await route.continue();
  });
  await begin(page, study.joinPath);
  const alert = page.getByRole("alert").filter({ hasText: "could not be loaded" });
  await alert.getByRole("button", { name: "Report a problem" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "What is wrong?" });
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(dialog.getByRole("radio", { name: "An image is missing or broken" })).toBeFocused();
  expect(await findViolations(page, { within: "dialog" })).toEqual([]);
  await page.keyboard.press("ArrowLeft");
  await dialog.getByLabel("What is it?").fill("nothing to see");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  for (let index = 1; index <= study.itemCount - 1; index++) {
    await expect(page.getByText(new RegExp(`^${index} of ${study.itemCount - 1}$`))).toBeVisible();
    await shown(page);
    await page.keyboard.press("ArrowLeft");
  }
  await expect(page.getByRole("heading", { name: "Thank you" })).toBeVisible();
  expect(await ratingsOf(study.id)).toHaveLength(study.itemCount - 1);
  const reports = await db.itemReport.findMany({
    where: { assignment: { item: { studyId: study.id } } },
    include: { assignment: true },
  });
  expect(reports).toMatchObject([
    { reason: "other", text: "nothing to see", assignment: { state: "SKIPPED" } },
  ]);
});
