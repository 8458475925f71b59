/** The rater's screen: by keyboard, by thumb, offline, with a lapsed lease; and what a rater's browser can learn. */
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { db } from "@/lib/db";
import { raterAnswer } from "@/lib/ratings/rater-answer";
import { openStudyOfPhotographs } from "./study-of-photographs";

test.afterAll(() => db.$disconnect());

async function begin(page: Page, joinPath: string): Promise<void> {
  await page.goto(joinPath);
  await page.getByRole("button", { name: "Begin" }).click();
  await page.waitForURL("**/rate/**");
}

/** The pair is on the screen and can be answered. */
async function shown(page: Page): Promise<void> {
  await expect(page.getByRole("button", { name: "Equally good" })).toHaveAttribute("aria-disabled", "false");
}

async function ratingsOf(studyId: string) {
  const ratings = await db.rating.findMany({
    where: { assignment: { item: { studyId } } },
    orderBy: { createdAt: "asc" },
    include: { assignment: true },
  });
  return ratings.map((rating) => {
    const answer = raterAnswer.parse(rating.answer);
    return { ...rating, answer, winner: answer.type === "pair" ? answer.winner : null };
  });
}

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

test("a phone of 360 px shows both pictures at equal size and takes taps, without scrolling", async ({
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
  const pictures = page.locator("main img");
  const [first, second] = [await pictures.nth(0).boundingBox(), await pictures.nth(1).boundingBox()];
  expect([first!.width, first!.height]).toEqual([second!.width, second!.height]);
  expect(first!.width).toBeGreaterThan(150);
  const overflow = await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight);
  expect(overflow).toBeLessThanOrEqual(0);
  await pictures.nth(1).tap();
  await shown(page);
  await page.getByRole("button", { name: "Neither fits" }).tap();
  await shown(page);
  await page.getByRole("button", { name: "Upper" }).last().tap();
  await expect(page.getByRole("heading", { name: "Thank you" })).toBeVisible();
  const ratings = await ratingsOf(study.id);
  expect(ratings.map((rating) => [rating.winner, rating.inputKind])).toEqual([
    ["right", "touch"],
    ["both_bad", "touch"],
    ["left", "touch"],
  ]);
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

test("answers given while the server fails arrive once it works again, whatever is answered meanwhile", async ({
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

test("whose lease has lapsed and gone to somebody else is told so and goes on", async ({ page, browser }) => {
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
  await expect(page.getByRole("heading", { name: "Nothing to compare just now" })).toBeVisible();
  const ratings = await ratingsOf(study.id);
  expect(ratings).toHaveLength(study.itemCount);
  expect(new Set(ratings.map((rating) => rating.assignment.raterId)).size).toBe(1);
});

test("nothing that a rater's browser receives names, orders or tells apart the arms", async ({ page }) => {
  const study = await openStudyOfPhotographs("blind", { captions: 3, ratersPerItem: 1 });
  const received: { url: string; headers: Record<string, string>; body: Buffer; isPicture: boolean }[] = [];
  page.on("response", async (response) => {
    const isPicture = response.url().includes("/picture/");
    const body = await response.body().catch(() => Buffer.alloc(0));
    received.push({ url: response.url(), headers: response.headers(), body, isPicture });
  });
  await begin(page, study.joinPath);
  for (let index = 0; index < study.itemCount; index++) {
    await shown(page);
    await page.keyboard.press("=");
  }
  await expect(page.getByRole("heading", { name: "Thank you" })).toBeVisible();

  const pictures = received.filter((each) => each.isPicture && each.body.length > 0);
  expect(new Set(pictures.map((each) => each.url)).size).toBe(2 * study.itemCount);
  // Length and every header are the same for all pictures, whichever arm they are of (the date apart).
  const looks = pictures.map(({ headers: { date: _date, ...headers }, body }) =>
    JSON.stringify([body.length, Object.entries(headers).sort()]),
  );
  expect(new Set(looks).size).toBe(1);
  for (const { headers } of pictures) {
    expect(headers.etag).toBeUndefined();
    expect(headers["last-modified"]).toBeUndefined();
  }
  // Addresses are random names: no id, hash or side of the database occurs anywhere in what was sent.
  const items = await db.item.findMany({
    where: { studyId: study.id },
    include: { pictures: true, seats: true },
  });
  const secrets = items.flatMap((item) => [
    item.id,
    item.captionId,
    ...item.pictures.flatMap(({ armId, blobSha256 }) => [armId!, blobSha256]),
    ...item.seats.map((seat) => seat.id),
  ]);
  const texts = received
    .filter((each) => !each.isPicture && !each.url.includes("/_next/static/"))
    .map((each) => each.url + JSON.stringify(each.headers) + each.body.toString("utf8"));
  for (const text of [...texts, ...pictures.map((each) => each.url)]) {
    for (const secret of secrets) expect(text).not.toContain(secret);
    for (const name of ["original", "fine-tuned", "placement"]) expect(text).not.toContain(name);
  }
});

test("a foreign link, a stranger's page and another rater's picture are refused in words and by status", async ({
  page,
  request,
}) => {
  const study = await openStudyOfPhotographs("refusals", { captions: 1, ratersPerItem: 1 });
  expect((await page.goto("/join/not-a-link"))?.status()).toBe(404);
  await expect(page.getByText("This link does not belong to any study.")).toBeVisible();
  await page.goto(`/rate/${study.id}`);
  await expect(page.getByText("We do not know which study you are in.")).toBeVisible();
  await begin(page, study.joinPath);
  const address = await page.locator("main img").first().getAttribute("src");
  expect((await request.get(address!)).status()).toBe(401);
  expect((await page.request.get(`/api/rate/${study.id}/picture/guessed`)).status()).toBe(404);
  expect(
    (await page.request.post(`/api/rate/${study.id}/answer`, { data: { winner: "left" } })).status(),
  ).toBe(400);
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [320, 1440]) {
    test(`the rater's pages have no accessibility violations (${colorScheme}, ${width} px)`, async ({
      browser,
    }) => {
      const study = await openStudyOfPhotographs(`axe ${colorScheme} ${width}`, {
        captions: 1,
        ratersPerItem: 1,
      });
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } });
      const page = await context.newPage();
      await page.goto(study.joinPath);
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await begin(page, study.joinPath);
      await shown(page);
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await context.close();
    });
  }
}
