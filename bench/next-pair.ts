/**
 * How long a rater waits for the next pair: from the key press until both its images are on the screen, in Chromium
 * against the production build. Aim: 100 ms.
 *
 * `npm run bench -- "next pair"`, or `node --import tsx bench/next-pair.ts`; needs `next build`. The second round runs the
 * page's scripts at a quarter of the speed, as a phone would.
 */
import { loadavg } from "node:os";
import { chromium, type Page } from "@playwright/test";
import sharp from "sharp";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { makeInvitations } from "@/lib/rating/admission/invitations";
import { findBrowser } from "../tests/browser/find-browser";
import { withProduction } from "./production";
import { createLoadWorld, openLoadStudy } from "./rating-load/load-study";
import { quantile } from "./rating-load/quantile";

const pairs = 60;
const aimMs = 100;
/** A quick rater's: long enough for the pair behind to arrive, as it does for everybody who looks at the images. */
const thinkMs = 700;

await withProduction(4341, async ({ url }) => {
  const world = await createLoadWorld(pairs, { storeImage: storeNoise });
  const browser = await chromium.launch({
    executablePath: await findBrowser(),
    args: ["--no-sandbox"],
  });
  try {
    for (const slowdown of [1, 4]) {
      const study = await openLoadStudy(`slowdown ${slowdown}`, world, {
        captions: pairs,
        ratersPerItem: 1,
        itemsPerRater: pairs,
      });
      const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
      // tsx lets functions keep their names with a helper that the page does not have.
      await page.addInitScript("globalThis.__name = (target) => target");
      const devTools = await page.context().newCDPSession(page);
      await devTools.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
      const [invitation] = await makeInvitations({ studyId: study.id, count: 1, labels: "" }, "load test");
      const waits = await answerAll(page, `${url}/join/${study.inviteToken}?invitation=${invitation!.token}`);
      await page.close();
      const [p50, p95] = [quantile(waits, 0.5), quantile(waits, 0.95)];
      console.log(
        `scripts at 1/${slowdown} of the speed: ${waits.length} pairs, p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms, ` +
          `longest ${Math.max(...waits).toFixed(0)} ms (goal ${aimMs} ms: ${p95 <= aimMs ? "met" : "NOT MET"}), load average ${loadavg()[0]!.toFixed(1)}`,
      );
    }
  } finally {
    await browser.close();
  }
});

/** Times of all pairs but the first, which comes with the page. */
async function answerAll(page: Page, joinUrl: string): Promise<number[]> {
  await page.goto(joinUrl);
  await page.getByRole("button", { name: "Begin" }).click();
  await page.waitForURL("**/rate/**");
  const waits: number[] = [];
  for (let pair = 1; pair < pairs; pair++) {
    await page.locator('main [aria-disabled="false"]').first().waitFor();
    await page.waitForTimeout(thinkMs);
    waits.push(await page.evaluate(pressAndWait));
  }
  return waits;
}

/** Runs in the page: presses the key and waits for the frame behind the one that shows both images of another pair. */
function pressAndWait(): Promise<number> {
  const tokens = () =>
    [...document.querySelectorAll<HTMLImageElement>("main .image-grid img")].map((image) => image.src).join();
  const before = tokens();
  const pressedAt = performance.now();
  window.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
  return new Promise((resolve) => {
    const look = () => {
      const images = [...document.querySelectorAll<HTMLImageElement>("main .image-grid img")];
      const isShown = images.every((image) => image.complete && !image.classList.contains("opacity-0"));
      if (images.length === 2 && isShown && tokens() !== before) resolve(performance.now() - pressedAt);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

/** 256 px that compress badly, as photographs do. */
async function storeNoise(index: number): Promise<string> {
  const png = await sharp({
    create: {
      width: 256,
      height: 256,
      channels: 3,
      background: "grey",
      noise: { type: "gaussian", mean: 100 + 20 * index, sigma: 30 },
    },
  })
    .png()
    .toBuffer();
  return (await storeBlob(png, { mediaType: "image/png", widthPx: 256, heightPx: 256 })).sha256;
}
