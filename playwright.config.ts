/** Browser tests: the real thing, started as its users start it, in a data folder of its own. */
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";
import { findBrowser } from "./tests/browser/find-browser";

// The configuration is read once more in every test process; all must agree on folder, port and browser.
process.env.SEMBLANCE_TEST_DATA ??= makeDataFolder();
process.env.SEMBLANCE_TEST_PORT ??= String(20_000 + Math.floor(Math.random() * 20_000));
process.env.SEMBLANCE_TEST_BROWSER ??= await findBrowser();

// The user's own installation must never be what is tested.
process.env.SEMBLANCE_DATA = process.env.SEMBLANCE_TEST_DATA;
delete process.env.DATABASE_URL;
delete process.env.SEMBLANCE_URL;

const url = `http://localhost:${process.env.SEMBLANCE_TEST_PORT}`;

/**
 * A new folder, readable for everybody (as root, PostgreSQL runs under another account). Those of runs that have
 * ended are removed now: at the end of a run the server still writes into its folder.
 */
function makeDataFolder(): string {
  const prefix = "semblance-browser-tests-";
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(prefix))) {
    if (!isRunning(Number(name.slice(prefix.length))))
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
  const folder = join(tmpdir(), `${prefix}${process.pid}`);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  return folder;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export default defineConfig({
  testDir: "tests/browser",
  testMatch: "**/*.spec.ts",
  outputDir: "test-results",
  // One browser beside server, worker and database is what two cores carry.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env.CI !== undefined,
  use: {
    baseURL: url,
    launchOptions: {
      executablePath: process.env.SEMBLANCE_TEST_BROWSER,
      args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
    },
    // A trace of every step costs as much as the steps: `npx playwright test --trace on FILE` makes it when it is needed.
    trace: "off",
    screenshot: "only-on-failure",
    // Without it, a control that is not there would be waited for until the whole test's time is over.
    actionTimeout: 20_000,
  },
  webServer: {
    command: `node tests/browser/start-server.mjs "${process.env.SEMBLANCE_TEST_DATA}/server.log" --port ${process.env.SEMBLANCE_TEST_PORT} --data ${process.env.SEMBLANCE_TEST_DATA} --empty`,
    url: `${url}/sign-in`,
    env: {
      // Tests come from one address; those that need many say so as a proxy would.
      SEMBLANCE_TRUSTED_PROXIES: "127.0.0.1, ::1",
      // Of the inspector that tests open to look at the server's memory.
      NODE_OPTIONS: "--inspect-port=127.0.0.1:0",
    },
    timeout: 600_000,
    stdout: "pipe",
    // While writing tests: start a server once with the same SEMBLANCE_TEST_DATA and SEMBLANCE_TEST_PORT.
    reuseExistingServer: process.env.CI === undefined,
    gracefulShutdown: { signal: "SIGTERM", timeout: 30_000 },
  },
});
