/** Browser tests: the real thing, started as its users start it, in a data folder of its own. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";
import { findBrowser } from "./tests/browser/find-browser";
import { chooseServers } from "./tests/browser/servers";

// The configuration is read once more in every test process; all must agree on folders, ports and browser.
process.env.SEMBLANCE_TEST_BROWSER ??= await findBrowser();
process.env.SEMBLANCE_TEST_CHOSEN ??= JSON.stringify(chooseServers());
const servers: ReturnType<typeof chooseServers> = JSON.parse(process.env.SEMBLANCE_TEST_CHOSEN);

// A test process takes the server of its own number.
const own = servers[Number(process.env.TEST_PARALLEL_INDEX ?? 0)]!;
process.env.SEMBLANCE_TEST_DATA = own.dataFolder;
process.env.SEMBLANCE_TEST_PORT = String(own.port);
// The user's own installation must never be what is tested.
process.env.SEMBLANCE_DATA = own.dataFolder;
delete process.env.DATABASE_URL;
delete process.env.SEMBLANCE_URL;

const oneThread = fileURLToPath(new URL("tests/one-thread.cjs", import.meta.url));

export default defineConfig({
  testDir: "tests/browser",
  testMatch: "**/*.spec.ts",
  outputDir: "test-results",
  // A test waits for its browser, which waits for its server: on two cores there is room for two.
  workers: servers.length,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env.CI !== undefined,
  use: {
    baseURL: `http://localhost:${own.port}`,
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
  webServer: servers.map(({ dataFolder, port }) => ({
    command: `node tests/browser/start-server.mjs "${dataFolder}/server.log" --port ${port} --data ${dataFolder} --empty`,
    url: `http://localhost:${port}/sign-in`,
    env: {
      // Tests come from one address; those that need many say so as a proxy would.
      SEMBLANCE_TRUSTED_PROXIES: "127.0.0.1, ::1",
      // Otherwise each worker that a test starts would first try out graphics cards.
      SEMBLANCE_PROVIDER: "cpu",
      // The inspector is opened by tests that look at the server's memory.
      NODE_OPTIONS: `--inspect-port=127.0.0.1:0 --require "${oneThread}"`,
    },
    timeout: 600_000,
    stdout: "pipe",
    // While writing tests: start a server once with the same SEMBLANCE_TEST_DATA and SEMBLANCE_TEST_PORT.
    reuseExistingServer: process.env.CI === undefined,
    gracefulShutdown: { signal: "SIGTERM", timeout: 30_000 },
  })),
});
