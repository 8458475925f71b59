/** Which servers a clone's commands find. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findRunningServers, noteRunningServer } from "@/lib/platform/server/running-servers";
import { claimDataFolder, type ServerBeacon } from "@/lib/platform/server/server-beacon";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "semblance-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const claim = async (dataFolder: string) => {
  const beacon = (await claimDataFolder(dataFolder)) as ServerBeacon;
  onTestFinished(beacon.close);
  return beacon;
};

test("a server that does not answer for a moment is found again; notes of folders that are gone are removed", async () => {
  const clone = temporaryFolder();
  const [busy, gone] = [temporaryFolder(), temporaryFolder()];
  noteRunningServer(clone, busy);
  noteRunningServer(clone, gone);
  rmSync(gone, { recursive: true });
  expect(await findRunningServers(clone)).toEqual([]);
  expect(readdirSync(join(clone, ".running"))).toHaveLength(1);
  await claim(busy);
  expect(await findRunningServers(clone)).toMatchObject([{ dataFolder: busy, url: null }]);
});

test("a note that cannot be read or removed does not stop a command", async () => {
  const clone = temporaryFolder();
  const dataFolder = temporaryFolder();
  mkdirSync(join(clone, ".running", "a folder in place of a note"), { recursive: true });
  noteRunningServer(clone, dataFolder);
  await claim(dataFolder);
  expect(await findRunningServers(clone)).toMatchObject([{ dataFolder }]);
});
