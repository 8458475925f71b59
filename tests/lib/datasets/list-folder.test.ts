/** Every file below a folder once, whatever links it contains. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listFolder } from "@/lib/datasets/list-folder";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "semblance-list-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (path: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), "");
};
const list = async () => (await listFolder(folder)).files.map(({ path }) => path);

test("subfolders are read to any depth, and system files are skipped", async () => {
  for (const path of [
    "a.jpg",
    "b/c/d.jpg",
    "b/.hidden.jpg",
    ".git/x.jpg",
    "__MACOSX/._a.jpg",
    "b/Thumbs.db",
    "._a.jpg",
  ]) {
    write(path);
  }
  expect(await list()).toEqual(["a.jpg", "b/c/d.jpg"]);
});

test("links are followed once: loops end, and a folder has its real path", async () => {
  write("dogs/0.jpg");
  symlinkSync(folder, join(folder, "dogs", "up"));
  symlinkSync(join(folder, "dogs"), join(folder, "again"));
  symlinkSync(join(folder, "dogs", "0.jpg"), join(folder, "linked.jpg"));
  const outside = mkdtempSync(join(tmpdir(), "semblance-outside-"));
  writeFileSync(join(outside, "far.jpg"), "");
  symlinkSync(outside, join(folder, "elsewhere"));
  symlinkSync(join(folder, "nowhere"), join(folder, "broken.jpg"));
  const { files, unreadable } = await listFolder(folder);
  expect(files.map(({ path }) => path)).toEqual(["dogs/0.jpg", "elsewhere/far.jpg", "linked.jpg"]);
  expect(unreadable).toEqual(["broken.jpg"]);
  rmSync(outside, { recursive: true });
});

// The superuser may read everything.
test.skipIf(process.getuid?.() === 0)("a folder that may not be opened is named", async () => {
  write("open/0.jpg");
  write("closed/1.jpg");
  chmodSync(join(folder, "closed"), 0);
  const { files, unreadable } = await listFolder(folder);
  chmodSync(join(folder, "closed"), 0o700);
  expect(files.map(({ path }) => path)).toEqual(["open/0.jpg"]);
  expect(unreadable).toEqual(["closed/"]);
});

test("a file and a missing folder are rejected", async () => {
  write("a.jpg");
  await expect(listFolder(join(folder, "a.jpg"))).rejects.toMatchObject({ code: "invalid_input" });
  await expect(listFolder(join(folder, "gone"))).rejects.toMatchObject({ code: "not_found" });
});
