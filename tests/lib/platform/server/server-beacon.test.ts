import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claimDataFolder, findRunningServer, type ServerBeacon } from "@/lib/platform/server/server-beacon";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "semblance-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a data folder has one server, and a second one is told about it", async () => {
  const beacon = (await claimDataFolder(folder)) as ServerBeacon;
  expect(await claimDataFolder(folder)).toEqual({ pid: process.pid, dataFolder: folder, url: null });
  beacon.setUrl("http://localhost:3000");
  expect(await findRunningServer(folder)).toMatchObject({ url: "http://localhost:3000" });
  beacon.close();
  expect(await findRunningServer(folder)).toBeNull();
  expect(existsSync(join(folder, "server-port"))).toBe(false);
});

test("the files of a killed server do not block the next one", async () => {
  const other = mkdtempSync(join(tmpdir(), "semblance-"));
  const stranger = (await claimDataFolder(other)) as ServerBeacon;
  for (const left of ["1", "rubbish", readFileSync(join(other, "server-port"), "utf8")]) {
    writeFileSync(join(folder, "server-port"), left);
    expect(await findRunningServer(folder)).toBeNull();
    const beacon = (await claimDataFolder(folder)) as ServerBeacon;
    expect(await findRunningServer(folder)).toMatchObject({ pid: process.pid });
    beacon.close();
  }
  stranger.close();
  rmSync(other, { recursive: true });
});
