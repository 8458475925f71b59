/** Ways into and out of a study: by link, with consent, from Prolific and back, by account; and who is refused. */
import { expect, test } from "@playwright/test";
import { db } from "@/lib/platform/database/db";
import { findViolations } from "./find-violations";
import { begin, ratingsOf, shown } from "./rater-at-screen";
import { signIn } from "./sign-in";
import { openStudyOfPhotographs } from "./study-of-photographs";

test.afterAll(() => db.$disconnect());

test("from Prolific with ids and consent, and back with a code and a URL; on another device with a code from the first", async ({
  page,
  browser,
}) => {
  const study = await openStudyOfPhotographs("by Prolific", {
    captions: 1,
    ratersPerItem: 1,
    design: {
      consentText: "We keep your answers.\n\nYou may stop at any time.",
      endings: {
        complete: { code: "C1A2B3", url: "https://app.prolific.example/submissions/complete?cc=C1A2B3" },
        late: { code: "L8" },
      },
    },
  });
  const address = `${study.joinPath}?PROLIFIC_PID=person-1&STUDY_ID=study-1&SESSION_ID=session-1`;
  await page.goto(address);
  await expect(page.getByText("You may stop at any time.")).toBeVisible();
  await page.getByRole("checkbox").evaluate((box: HTMLInputElement) => box.removeAttribute("required"));
  await page.getByRole("button", { name: "Begin" }).click();
  await expect(page.getByText("This study needs your consent before you begin.")).toBeVisible();
  expect(await db.rater.count({ where: { studyId: study.id } })).toBe(0);
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Begin" }).click();
  await page.waitForURL("**/rate/**");
  await shown(page);
  await page.keyboard.press("ArrowLeft");
  await expect.poll(async () => (await ratingsOf(study.id)).length).toBe(1);

  // The id alone, which others may know, opens nothing.
  const phone = await (await browser.newContext({ viewport: { width: 390, height: 780 } })).newPage();
  await phone.goto(address);
  await expect(phone.getByRole("alert").first()).toContainText("Somebody has already begun with your id.");
  await expect(phone.getByRole("button", { name: "Begin" })).toHaveCount(0);
  expect(await findViolations(phone)).toEqual([]);
  await phone.getByLabel("Code from the other device").fill("AAAAA-AAAAA");
  await phone.getByRole("button", { name: "Continue here" }).click();
  await expect(phone.getByText("This code is not valid.")).toBeVisible();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Switch to another device" }).click();
  const code = await page.locator("code").innerText();
  expect(await findViolations(page)).toEqual([]);
  await phone.getByLabel("Code from the other device").fill(code);
  await phone.getByRole("button", { name: "Continue here" }).click();
  await expect(phone.getByText("2 of 3")).toBeVisible();
  for (const key of ["ArrowLeft", "ArrowLeft"]) {
    await shown(phone);
    await phone.keyboard.press(key);
  }
  await expect(phone.getByRole("heading", { name: "Thank you" })).toBeVisible();
  await expect(phone.getByText("C1A2B3", { exact: true })).toBeVisible();
  await expect(phone.getByRole("link", { name: "Finish and go back" })).toHaveAttribute(
    "href",
    "https://app.prolific.example/submissions/complete?cc=C1A2B3",
  );
  const raters = await db.rater.findMany({ where: { studyId: study.id } });
  expect(raters).toHaveLength(1);
  expect(raters[0]).toMatchObject({
    externalId: "person-1",
    externalStudyId: "study-1",
    externalSessionId: "session-1",
  });
  expect(raters[0]!.consentedAt).not.toBeNull();
  await phone.context().close();

  // Who comes when nothing is left, and when the study is closed, does not go without a code.
  const late = await (await browser.newContext()).newPage();
  await late.goto(study.joinPath);
  await late.getByRole("checkbox").check();
  await late.getByRole("button", { name: "Begin" }).click();
  await expect(late.getByText("Everything has already been answered.")).toBeVisible();
  await expect(late.getByText("L8", { exact: true })).toBeVisible();
  await late.context().clearCookies();
  await db.study.update({ where: { id: study.id }, data: { state: "CLOSED", closedAt: new Date() } });
  await late.goto(study.joinPath);
  await expect(late.getByText("This study is closed.")).toBeVisible();
  await expect(late.getByText("L8", { exact: true })).toBeVisible();
  // Who took part gets their own, where they are known, and nobody by their id alone.
  await late.goto(address);
  await expect(late.getByText("This study is closed.")).toBeVisible();
  await expect(late.getByRole("button", { name: "Show my final page" })).toHaveCount(0);
  await late.context().close();
  await page.goto(address);
  await page.getByRole("button", { name: "Show my final page" }).click();
  await expect(page.getByText("C1A2B3", { exact: true })).toBeVisible();
});

test("an id that cannot be stored is reported before the visitor begins", async ({ page }) => {
  const study = await openStudyOfPhotographs("ids", { captions: 1, ratersPerItem: 1 });
  await page.goto(`${study.joinPath}?PROLIFIC_PID=a&PROLIFIC_PID=b`);
  await expect(page.getByRole("alert").first()).toContainText("more than one PROLIFIC_PID");
  await page.goto(`${study.joinPath}?assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE&hitId=H1`);
  await expect(page.getByRole("alert").first()).toContainText("This is a preview");
  await expect(page.getByRole("button", { name: "Begin" })).toHaveCount(0);
  const blank = await page.request.post(`${study.joinPath}/begin`, {
    form: { PROLIFIC_PID: " ", consent: "yes" },
    headers: { origin: new URL(page.url()).origin },
  });
  expect(await blank.text()).toContain("The PROLIFIC_PID in this link is empty.");
  expect(await db.rater.count({ where: { studyId: study.id } })).toBe(0);
  await page.goto(`${study.joinPath}?workerId=W1%20&assignmentId=A1&hitId=H1`);
  await page.getByRole("button", { name: "Begin" }).click();
  await page.waitForURL("**/rate/**");
  expect(await db.rater.findFirstOrThrow({ where: { studyId: study.id } })).toMatchObject({
    externalId: "W1",
    externalStudyId: "H1",
    externalSessionId: "A1",
  });
});

test("a rater with an account is recognised by it", async ({ page }) => {
  const study = await openStudyOfPhotographs("by account", { captions: 1, ratersPerItem: 1 });
  await signIn(page, "RATER");
  await begin(page, study.joinPath);
  await shown(page);
  const raters = await db.rater.findMany({ where: { studyId: study.id } });
  expect(raters).toHaveLength(1);
  expect(raters[0]!.userId).not.toBeNull();
});

test("an excluded rater is told so, and stays excluded when they return", async ({ page }) => {
  const study = await openStudyOfPhotographs("excluded", {
    captions: 1,
    ratersPerItem: 1,
    design: { endings: { excluded: { code: "0UT" } } },
  });
  await begin(page, study.joinPath);
  await shown(page);
  await db.rater.updateMany({ where: { studyId: study.id }, data: { excludedAt: new Date() } });
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("heading", { name: "You cannot continue in this study" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "You cannot continue in this study" })).toBeVisible();
  await expect(page.getByText("0UT", { exact: true })).toBeVisible();
  await page.goto(study.joinPath);
  await page.getByRole("button", { name: "Begin" }).click();
  await expect(page.getByText("You cannot continue in this study.", { exact: true })).toBeVisible();
  await expect(page.getByText("0UT", { exact: true })).toBeVisible();
  expect(await ratingsOf(study.id)).toHaveLength(0);
});

test("an unknown link, a stranger's page and another rater's image are rejected with a message and a status", async ({
  page,
  request,
}) => {
  const study = await openStudyOfPhotographs("refusals", { captions: 1, ratersPerItem: 1 });
  expect((await page.goto("/join/not-a-link"))?.status()).toBe(404);
  await expect(page.getByText("This link does not belong to any study.")).toBeVisible();
  await page.goto(`/rate/${study.id}`);
  await expect(page.getByText("We do not know which study you are taking part in.")).toBeVisible();
  await begin(page, study.joinPath);
  const address = await page.locator("main img").first().getAttribute("src");
  expect((await request.get(address!)).status()).toBe(401);
  expect((await page.request.get(`/api/rate/${study.id}/image/guessed`)).status()).toBe(404);
  const answer = await page.request.post(`/api/rate/${study.id}/answer`, { data: { winner: "left" } });
  expect(answer.status()).toBe(400);
});
