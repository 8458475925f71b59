/**
 * `npm run screenshots [-- FOLDER]`: every page at 390 and 1440 px, light and dark, to be looked at. Takes the server of
 * SEMBLANCE_TEST_DATA and SEMBLANCE_TEST_PORT, which tests/browser/panel-world.ts fills with one of everything.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { db } from "@/lib/platform/database/db";
import config from "@/playwright.config";
import { makePanelWorld } from "@/tests/browser/panel-world";
import { findRoutes, toAddress } from "@/tests/browser/routes";
import { signIn } from "@/tests/browser/sign-in";

const folder = process.argv[2] ?? "screenshots";
const { baseURL, launchOptions } = config.use!;

await mkdir(folder, { recursive: true });
const { ids } = await makePanelWorld();
const browser = await chromium.launch(launchOptions);
try {
  const options = { baseURL: baseURL!, reducedMotion: "reduce" } as const;
  const member = await (await browser.newContext(options)).newPage();
  await signIn(member, "ADMINISTRATOR");
  const stranger = await (await browser.newContext(options)).newPage();
  for (const { pattern } of findRoutes().filter(({ kind }) => kind === "page")) {
    const page = /^\/(sign-in|join|rate)/.test(pattern) ? stranger : member;
    if (pattern.startsWith("/rate/")) {
      await page.goto(toAddress("/join/[token]", ids));
      await page.getByRole("button", { name: "Begin" }).click();
    }
    for (const width of [390, 1440]) {
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.goto(toAddress(pattern, ids), { waitUntil: "networkidle" });
        const name =
          pattern === "/"
            ? "home"
            : pattern
                .slice(1)
                .replaceAll(/[/[\]]+/g, "-")
                .replace(/-$/, "");
        await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      }
    }
    console.log(pattern);
  }
} finally {
  await browser.close();
  await db.$disconnect();
}
