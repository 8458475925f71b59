import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FolderFiles } from "@/lib/platform/storage/folder-files";
import { describeSharedFiles } from "./shared-files-contract";

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "semblance-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

describeSharedFiles("FolderFiles", async () => new FolderFiles(makeFolder()));

test("a file that lies where it is to be kept is kept without a copy, and no drafts stay behind", async () => {
  const folder = makeFolder();
  const files = new FolderFiles(folder);
  const states = join(folder, "runs", "a");
  mkdirSync(states, { recursive: true });
  writeFileSync(join(states, "x"), randomBytes(10));
  await files.put("runs/a/x", join(states, "x"));
  await files.put("runs/a/y", join(states, "x"));
  expect(await files.fetch("runs/a/x", join(states, "x"))).toBe(true);
  expect(readdirSync(states).sort()).toEqual(["x", "y"]);
  await expect(files.put("runs/a/z", join(states, "z"))).rejects.toMatchObject({ code: "ENOENT" });
  expect(readdirSync(states).sort()).toEqual(["x", "y"]);
});
