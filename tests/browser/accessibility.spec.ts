/** Every page: no accessibility violation in light and dark, on phone and desktop; nothing wider than the screen. */
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { db } from "@/lib/platform/database/db";
import { colourRules, findViolations } from "./find-violations";
import { makePanelWorld } from "./panel-world";
import { findRoutes, toAddress } from "./routes";
import { signIn } from "./sign-in";

const widthsPx = [390, 1440];

let ids: Record<string, string>;
let context: BrowserContext;
let member: Page;
let stranger: Page;

test.beforeAll(async ({ browser }) => {
  ({ ids } = await makePanelWorld());
  // Animations would be caught half-way, with colours that are never meant to be read.
  context = await browser.newContext({ reducedMotion: "reduce" });
  member = await context.newPage();
  await signIn(member, "ADMINISTRATOR");
  stranger = await (await browser.newContext({ reducedMotion: "reduce" })).newPage();
});

test.afterAll(async () => {
  await context?.close();
  await db.$disconnect();
});

/** The rater's pages are tested in rating.spec.ts, where there is a pair on them. */
const pages = findRoutes().filter(
  ({ kind, pattern }) => kind === "page" && !/^\/(join|rate)\//.test(pattern),
);

for (const { pattern } of pages) {
  test(pattern, async () => {
    const page = pattern.startsWith("/sign-in") ? stranger : member;
    await page.setViewportSize({ width: widthsPx[0]!, height: 844 });
    await page.goto(toAddress(pattern, ids));
    await expect(page.locator("h1")).toHaveCount(1);
    await expect(page.locator("h1")).not.toHaveText("This page could not be displayed");
    for (const width of widthsPx) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
        // The dark page is the light one in other colours: only what depends on them is looked at again.
        const found = await findViolations(page, colorScheme === "dark" ? { rules: colourRules } : {});
        expect(found, `${pattern} at ${width} px, ${colorScheme}`).toEqual([]);
      }
    }
    await page.setViewportSize({ width: 320, height: 700 });
    // Charts follow the width a moment later.
    await expect
      .poll(
        () =>
          page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
        {
          message: `${pattern} is wider than a screen of 320 px`,
        },
      )
      .toBeLessThanOrEqual(0);
  });
}

test("a phone's menu by keyboard: opens, traps the focus, closes, and follows a link", async () => {
  await member.setViewportSize({ width: 390, height: 844 });
  await member.goto("/admin");
  const button = member.getByRole("button", { name: "Menu" });
  await button.focus();
  await member.keyboard.press("Enter");
  const menu = member.getByRole("dialog", { name: "Menu" });
  await expect(menu.getByRole("link", { name: "Datasets" })).toBeVisible();
  expect(await findViolations(member, { within: '[role="dialog"]' })).toEqual([]);
  await member.keyboard.press("Escape");
  await expect(menu).toBeHidden();
  await expect(button).toBeFocused();
  await member.keyboard.press("Enter");
  await menu.getByRole("link", { name: "Datasets" }).click();
  await member.waitForURL("**/admin/datasets");
  await expect(menu).toBeHidden();
});

test("dialogs have no violation in light or dark, and the keyboard opens and closes them", async () => {
  const dialogs = [
    { at: "/admin/users", opener: /^Invite somebody$/, role: "dialog" },
    { at: "/admin/users", opener: /^Disable$/, role: "alertdialog" },
    { at: toAddress("/admin/samples/[sampleSetId]", ids), opener: /^Enlarge: .* seed 0$/, role: "dialog" },
  ] as const;
  for (const { at, opener, role } of dialogs) {
    await member.goto(at);
    const button = member.getByRole("button", { name: opener }).first();
    await button.focus();
    await member.keyboard.press("Enter");
    const dialog = member.getByRole(role);
    await expect(dialog).toBeVisible();
    expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    for (const colorScheme of ["light", "dark"] as const) {
      await member.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const violations = await findViolations(member, { within: `[role="${role}"]` });
      expect(violations, `${opener} on ${at}, ${colorScheme}`).toEqual([]);
    }
    await member.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await expect(button).toBeFocused();
  }
});
