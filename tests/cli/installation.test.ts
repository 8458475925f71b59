/** Which data folder a verb works on, with real servers' notes and beacons. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findRunningServers, noteRunningServer } from "@/lib/platform/server/running-servers";
import { claimDataFolder } from "@/lib/platform/server/server-beacon";

/** Stands for the clone: the test must not see the servers of its own. */
let clone: string;
const folders: string[] = [];
const closing: (() => void)[] = [];
beforeEach(() => {
  vi.resetModules();
  vi.stubEnv("SEMBLANCE_DATA", "");
  vi.stubEnv("DATABASE_URL", "");
  clone = newFolder();
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "semblance-"));
  folders.push(folder);
  return folder;
}

/** A data folder whose server runs from this clone, as far as commands can see. */
async function runServer(url: string): Promise<string> {
  const folder = newFolder();
  mkdirSync(join(folder, "postgres"));
  const claim = await claimDataFolder(folder);
  if (!("close" in claim)) throw new Error("the folder was taken");
  claim.setUrl(url);
  closing.push(claim.close, noteRunningServer(clone, folder));
  return folder;
}

/** What a verb with this `--data` says that it works on. */
async function announced(data?: string): Promise<string> {
  const { announceInstallation, chooseInstallation } = await import("@/cli/installation");
  await chooseInstallation(data, clone);
  let said = "";
  await announceInstallation({
    write: (text) => {
      said += text;
      return true;
    },
  });
  return said;
}

test("the server that runs with another data folder is found", async () => {
  const folder = await runServer("http://localhost:3009");
  expect(await announced()).toBe(
    `Using the data folder ${folder} (its server runs at http://localhost:3009).\n`,
  );
});

test("SEMBLANCE_DATA takes precedence over a running server, --data over both", async () => {
  await runServer("http://localhost:3009");
  const [fromEnvironment, named] = [newFolder(), newFolder()];
  for (const folder of [fromEnvironment, named]) mkdirSync(join(folder, "postgres"));
  vi.stubEnv("SEMBLANCE_DATA", fromEnvironment);
  expect(await announced()).toContain(`${fromEnvironment} (no server is running on it)`);
  vi.resetModules();
  expect(await announced(named)).toContain(`${named} (no server is running on it)`);
});

test("with several running servers the verb asks for one", async () => {
  const [first, second] = [
    await runServer("http://localhost:3009"),
    await runServer("http://localhost:3010"),
  ];
  await expect(announced()).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringMatching(new RegExp(`${first}|${second}`)),
  });
  vi.resetModules();
  expect(await announced(second)).toContain(second);
});

test("a folder without an installation is rejected, and none is created", async () => {
  const folder = newFolder();
  await expect(announced(join(folder, "typo"))).rejects.toMatchObject({
    code: "not_found",
    message: `There is no Semblance installation in ${join(folder, "typo")}.`,
  });
});

test("the note of a server that was killed is forgotten", async () => {
  noteRunningServer(clone, join(clone, "gone"));
  expect(await findRunningServers(clone)).toEqual([]);
});
