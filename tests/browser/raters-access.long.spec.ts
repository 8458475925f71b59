/** Who can take part in a study: the researcher's settings on its page, and their effect on a rater's phone. */
import { readFileSync } from "node:fs";
import { type Browser, type BrowserContext, expect, type Page, test } from "@playwright/test";
import { db } from "@/lib/platform/database/db";
import { signId, signingKey } from "@/lib/rating/admission/signed-ids";
import { findViolations } from "./find-violations";
import { begin, ratingsOf, shown } from "./rater-at-screen";
import { signIn } from "./sign-in";
import { openStudyOfPhotographs } from "./study-of-photographs";

test.afterAll(() => db.$disconnect());

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } as const;

async function newPhone(
  browser: Browser,
  more: object = {},
): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ ...phone, ...more });
  return { page: await context.newPage(), context };
}

/** Accessible, and no wider than the screen. */
async function expectSound(page: Page): Promise<void> {
  expect(await findViolations(page)).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
}

test("an open link: the browser solves the proof of work; a script that does not is refused, and so is one rater too many", async ({
  page,
  browser,
}) => {
  const study = await openStudyOfPhotographs("open link", {
    captions: 1,
    ratersPerItem: 2,
    design: { access: { ratersPerAddress: 1 } },
  });
  const rater = await newPhone(browser);
  const errors: string[] = [];
  rater.page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  const worker = rater.page.waitForEvent("worker");
  await rater.page.goto(study.joinPath);
  await worker;
  await expectSound(rater.page);
  await rater.page.getByRole("button", { name: "Begin" }).click();
  await rater.page.waitForURL("**/rate/**");
  await shown(rater.page);
  // Nothing that the Content-Security-Policy would not let through.
  expect(errors).toEqual([]);

  const stranger = await newPhone(browser);
  await stranger.page.goto(study.joinPath);
  const origin = new URL(stranger.page.url()).origin;
  const script = await stranger.context.request.post(`${study.joinPath}/begin`, {
    form: { consent: "yes" },
    headers: { origin },
  });
  expect(script.url()).toContain("problem=proof");
  await stranger.page.getByRole("button", { name: "Begin" }).click();
  await expect(stranger.page.getByRole("alert").first()).toContainText(
    "Too many people have joined from your network.",
  );
  await expectSound(stranger.page);
  expect(await db.rater.count({ where: { studyId: study.id } })).toBe(1);

  await signIn(page, "RESEARCHER");
  await page.goto(`/admin/studies/${study.id}`);
  await expect(page.getByText("1 × the limit per address was reached")).toBeVisible();
  await expect(page.getByText("1 × no proof of work, or one that was spent")).toBeVisible();
  await expect(page.getByText("can be 1 rater and give 3 of the 6 answers.")).toBeVisible();
  await expectSound(page);

  await page.getByRole("button", { name: "Change access" }).click();
  await expectSound(page);
  await page.getByLabel("Raters per address").fill("0");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByLabel("Raters per address")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Raters per address").fill("");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("No limit per address.")).toBeVisible();
  await begin(stranger.page, study.joinPath);
  await page.reload();
  await expect(page.getByText("2 raters share an address")).toBeVisible();
  await expect(page.getByText("Shares an address with 1 other rater").first()).toBeVisible();
  for (const { context } of [rater, stranger]) await context.close();
});

test("personal invitations: made for a list, downloaded once, each for one person until they have finished", async ({
  page,
  browser,
}) => {
  const study = await openStudyOfPhotographs("by invitation", {
    captions: 1,
    ratersPerItem: 2,
    itemsPerRater: 1,
  });
  await signIn(page, "RESEARCHER");
  await page.goto(`/admin/studies/${study.id}`);
  await page.getByRole("button", { name: "Change access" }).click();
  await page.getByText("Personal invitations").click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("No invitations yet. Nobody can join.")).toBeVisible();
  await page.getByRole("button", { name: "Make invitations" }).click();
  await page.getByLabel("How many").fill("");
  await page.getByLabel("For whom").fill('ada@example.org\nGrace "Amazing", Hopper');
  await page.getByRole("button", { name: "Make invitations" }).last().click();
  await expect(page.getByText("2 links were made. Save them now.")).toBeVisible();
  await expectSound(page);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download CSV" }).click();
  const csv = readFileSync(await (await download).path(), "utf8");
  expect(csv).toContain(',"Grace ""Amazing"", Hopper",');
  const [first] = csv.match(/http\S+invitation=[\w-]+/g)!;
  await page.getByRole("button", { name: "Done" }).click();

  const stranger = await newPhone(browser);
  await stranger.page.goto(study.joinPath);
  await expect(stranger.page.getByRole("alert").first()).toContainText("by personal invitation");
  await expectSound(stranger.page);
  await stranger.context.close();

  const invited = await newPhone(browser, { colorScheme: "dark", locale: "de-DE" });
  await begin(invited.page, first!);
  await shown(invited.page);
  const laptop = await newPhone(browser);
  await begin(laptop.page, first!);
  expect(await db.rater.count({ where: { studyId: study.id } })).toBe(1);
  await shown(invited.page);
  await invited.page.keyboard.press("ArrowLeft");
  await expect.poll(async () => (await ratingsOf(study.id)).length).toBe(1);
  await expect(invited.page.getByRole("heading", { name: "Thank you" })).toBeVisible();

  const late = await newPhone(browser);
  await late.page.goto(first!);
  await expect(late.page.getByRole("alert").first()).toContainText("by personal invitation");
  await page.reload();
  await expect(page.getByText("1 unused, 0 joined, 1 done, 0 revoked.")).toBeVisible();
  await expectSound(page);
  await page.setViewportSize(phone.viewport);
  await expectSound(page);
  await page.getByRole("row", { name: /Grace/ }).getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByText("0 unused, 0 joined, 1 done, 1 revoked.")).toBeVisible();
  for (const { context } of [invited, laptop, late]) await context.close();
});

test("signed ids: the page shows the form and the key; a signed link admits its person, an altered one nobody", async ({
  page,
  browser,
}) => {
  const study = await openStudyOfPhotographs("signed ids", {
    captions: 1,
    ratersPerItem: 1,
    design: { access: { way: "signed-ids", minimumSeconds: 1.5 } },
  });
  const key = signingKey({ id: study.id, signedIdsVersion: 1 });
  await signIn(page, "RESEARCHER");
  await page.goto(`/admin/studies/${study.id}`);
  await page.getByText("Key for signing").click();
  await expect(page.getByText(key)).toBeVisible();
  await expectSound(page);

  const rater = await newPhone(browser);
  const link = `${study.joinPath}?participant_id=p-1&signature=${signId(key, "p-1")}`;
  await rater.page.goto(link.replace("p-1", "p-2"));
  await expect(rater.page.getByRole("alert").first()).toContainText("This link does not work any more.");
  await expectSound(rater.page);
  await begin(rater.page, link);
  // The answers can be pressed once the study's minimum time is over, and count from then on.
  await expect(rater.page.locator("main img").first()).toBeVisible();
  await rater.page.keyboard.press("ArrowLeft");
  await expect(rater.page.locator('main [data-answer][aria-disabled="true"]').first()).toBeVisible();
  expect(await ratingsOf(study.id)).toHaveLength(0);
  await shown(rater.page);
  await rater.page.keyboard.press("ArrowLeft");
  await expect.poll(async () => (await ratingsOf(study.id)).length).toBe(1);
  expect((await ratingsOf(study.id))[0]!.latencyMs).toBeGreaterThanOrEqual(1500);
  await rater.context.close();
});
