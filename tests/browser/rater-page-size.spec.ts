/** The download size of the raters' pages: every script that each of them loads, compressed (decision 34). */
import { type Browser, type BrowserContextOptions, expect, type Page, test } from "@playwright/test";
import { db } from "@/lib/platform/database/db";
import { begin, shown } from "./rater-at-screen";
import { signIn } from "./sign-in";
import { openStudyOfPhotographs } from "./study-of-photographs";

const mostBytes = 150 * 1024;

type Storage = BrowserContextOptions["storageState"];

test.afterAll(() => db.$disconnect());

/** Bytes of the scripts that a first visit to `address` loads, compressed, by file; `use` opens what opens late. */
async function scriptBytes(
  browser: Browser,
  storageState: Storage,
  address: string,
  use: (page: Page) => Promise<void>,
): Promise<Map<string, number>> {
  const context = await browser.newContext({ storageState });
  const page = await context.newPage();
  const loaded: Promise<[string, number]>[] = [];
  page.on("requestfinished", (request) => {
    if (request.resourceType() !== "script") return;
    const file = new URL(request.url()).pathname.split("/").at(-1)!;
    loaded.push(request.sizes().then(({ responseBodySize }) => [file, responseBodySize]));
  });
  await page.goto(address);
  await use(page);
  await page.waitForLoadState("networkidle");
  const bytes = new Map(await Promise.all(loaded));
  await context.close();
  return bytes;
}

async function openEveryTool(page: Page): Promise<void> {
  await shown(page);
  for (const tool of ["Display", "Zoom", "Report a problem"]) {
    await page.getByRole("button", { name: tool }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
}

test("each page of a rater loads at most 150 KiB of scripts, compressed", async ({ page, browser }) => {
  const study = await openStudyOfPhotographs("page size", { captions: 1, ratersPerItem: 1 });
  await begin(page, study.joinPath);
  const rater = await page.context().storageState();
  await signIn(page, "RESEARCHER");
  const researcher = await page.context().storageState();

  const visits: [string, Storage, (page: Page) => Promise<void>][] = [
    [
      study.joinPath,
      undefined,
      (opened) => expect(opened.getByRole("button", { name: "Begin" })).toBeVisible(),
    ],
    [`/rate/${study.id}`, rater, openEveryTool],
    [`/preview/${study.id}?begun=yes`, researcher, openEveryTool],
  ];
  for (const [address, storage, use] of visits) {
    const bytes = await scriptBytes(browser, storage, address, use);
    const sum = [...bytes.values()].reduce((total, each) => total + each, 0);
    expect(bytes.size).toBeGreaterThan(0);
    expect.soft(sum, `${address} loads ${JSON.stringify([...bytes])}`).toBeLessThanOrEqual(mostBytes);
  }
});
