/** The installation itself: it is started twice, and parts of it are killed. */
import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "@playwright/test";
import { db } from "@/lib/platform/database/db";
import { answerStored } from "./rater-at-screen";
import { openStudyOfPhotographs } from "./study-of-photographs";
import { webServer } from "./web-process";

test.afterAll(() => db.$disconnect());

const run = promisify(execFile);

async function startAgain(): Promise<string> {
  const { SEMBLANCE_TEST_PORT: port, SEMBLANCE_TEST_DATA: data } = process.env;
  const { stdout } = await run(process.execPath, ["scripts/start.mjs", "--port", port!, "--data", data!]);
  return stdout;
}

/** Process ids of the supervisor's children whose command line matches. */
function servicesOf(supervisor: string, command: RegExp): string[] {
  return execFileSync("ps", ["-o", "pid=,args=", "--ppid", supervisor], { encoding: "utf8" })
    .split("\n")
    .filter((line) => command.test(line))
    .map((line) => line.trim().split(/\s+/)[0]!);
}

test("a second start finds the running server and database, and says so", async ({ baseURL }) => {
  const said = await startAgain();
  expect(said).toContain(`already running at ${baseURL}`);
  expect(said).toMatch(/Its database runs as process \d+ on port \d+/);
});

test("a killed web server or worker is started again", async ({ page }) => {
  test.skip(process.platform !== "linux", "reads the process table as Linux prints it");
  const supervisor = /process (\d+), data folder/.exec(await startAgain())![1]!;
  for (const command of [webServer, /workers.worker[.][jt]s/]) {
    const [first] = servicesOf(supervisor, command);
    process.kill(Number(first), "SIGKILL");
    await expect
      .poll(() => servicesOf(supervisor, command).filter((pid) => pid !== first).length, { timeout: 30_000 })
      .toBe(1);
  }
  await expect
    .poll(async () => (await page.goto("/sign-in").catch(() => null))?.status(), { timeout: 30_000 })
    .toBe(200);
});

test("a web server killed in the middle of a study loses no answer, acknowledged or not", async ({
  page,
}) => {
  test.skip(process.platform !== "linux", "reads the process table as Linux prints it");
  const study = await openStudyOfPhotographs("killed server", { captions: 1, ratersPerItem: 1 });
  const supervisor = /process (\d+), data folder/.exec(await startAgain())![1]!;
  await page.goto(study.joinPath);
  await page.getByRole("button", { name: "Begin" }).click();
  const ready = page.locator('button[aria-disabled="false"]', { hasText: "Equally good" });
  await expect(ready).toBeVisible();
  await page.waitForLoadState("networkidle");
  const acknowledged = answerStored(page);
  await page.keyboard.press("ArrowLeft");
  await acknowledged;
  await expect(ready).toBeVisible();
  await page.waitForLoadState("networkidle");
  process.kill(Number(servicesOf(supervisor, webServer)[0]), "SIGKILL");
  await page.keyboard.press("ArrowRight");
  await expect
    .poll(
      async () =>
        (
          await db.rating.findMany({
            where: { assignment: { item: { studyId: study.id } } },
            orderBy: { createdAt: "asc" },
          })
        ).map((rating) => rating.answer),
      { timeout: 40_000 },
    )
    .toEqual([
      { type: "pair", winner: "left" },
      { type: "pair", winner: "right" },
    ]);
});
