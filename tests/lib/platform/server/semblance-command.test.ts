/** Commands to copy from pages name the data folder unless it is the command line's default. */
import { resolve } from "node:path";
import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

async function commandWith(dataFolder: string, command: string): Promise<string> {
  vi.resetModules();
  vi.stubEnv("SEMBLANCE_DATA", dataFolder);
  return (await import("@/lib/platform/server/semblance-command")).semblanceCommand(command);
}

test("another data folder is named, quoted for the shell", async () => {
  expect(await commandWith("/srv/our study's", "npx semblance reset")).toBe(
    "npx semblance reset --data '/srv/our study'\\''s'",
  );
});

test("the default data folder is not named, and links stay as they are", async () => {
  expect(await commandWith(resolve("data"), "npx semblance reset")).toBe("npx semblance reset");
  expect(await commandWith("/srv/x", "http://localhost/join/1")).toBe("http://localhost/join/1");
});
